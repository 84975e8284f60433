// The way of a card: people ask, the unit verifies and proposes, Home Affairs checks and approves, the desk prints; then it is
// lost, locked by its holder at once, made anew and taken back; the second one ends void.
import { account } from '../support/accounts.js';
import { onward } from '../support/issued.js';
import { on } from '../support/offers.js';
import { photo, SCAN } from '../support/paper.js';
import { confirm } from '../support/sign_in.js';
import { blank } from '../support/taken.js';
import { expect, press, test } from '../support/test.js';
import { containing, pattern, uniqueWord } from '../support/words.js';

test('a holder asks, gets a card, loses it, gets another one, and that is void', async ({ open, check, browser, baseURL, t }) => {
  const holder = await open('canbo');
  const officer = await open('tochuc');
  const head = await open('thutruong');
  const checker = await open('kiemtra');
  const approver = await open('pheduyet');
  const desk = await open('capthe');
  const me = on(holder, t);
  const unit = on(officer, t);
  const title = `Đợt ${uniqueWord()}`;
  const long = 'Chuyên viên tổng hợp báo cáo';
  const position = `CV ${uniqueWord()}`;
  let name;
  let lost;

  await test.step('the holder corrects a field, keeps a draft, and sends it', async () => {
    await holder.goto('/me');
    await press(holder, me.link('me.ask'));
    name = await holder.getByRole('heading', { level: 1 }).textContent();
    await me.field('request_form.reason').selectOption({ index: 1 });
    await me.field('people.position').fill(long);
    await press(holder, me.button('request_form.keep'));
    await me.said('flash.request_kept');
    await expect(me.field('people.position')).toHaveValue(long);
    await check(holder, 'request-form');
    await me.field('person.citizen_id').fill('12');
    const wrong = await press(holder, me.button('request_form.submit'));
    expect(wrong.status()).toBe(422);
    await expect(me.field('people.position')).toHaveValue(long);
    await holder.goto('/me/request');
    await press(holder, me.button('request_form.submit'));
    await me.said('flash.request_sent');
    await check(holder, 'request-sent');
    await press(holder, me.link('request.print'));
    await expect(holder.getByText(pattern(t('profile.stamp')))).toBeVisible();
    await check(holder, 'profile');
  });

  await test.step('the unit sees it in its queue, brings the photo, and sends it back once', async () => {
    await officer.goto('/work');
    await press(officer, unit.main.getByRole('link', { name: new RegExp(name) }));
    await expect(unit.main.getByText(long).first()).toBeVisible();
    const photoMissing = unit.link('portrait.add');
    if (await photoMissing.count()) {
      await press(officer, photoMissing);
      await officer.getByLabel(t('portrait.photo')).setInputFiles(await photo(browser));
      await press(officer, unit.button('portrait.submit'));
      await officer.goto('/verify');
      await press(officer, unit.main.getByRole('link', { name }));
    }
    await check(officer, 'verify');
    const nothing = await press(officer, unit.button('verify.accept'));
    expect(nothing.status()).toBe(422);
    await check(officer, 'verify-wrong');
    // it does not fit the QR code (C4), and what cannot be printed is not verified
    await expect(unit.main.getByText(t('issue.undrawable'))).toBeVisible();
    await expect(unit.main.getByText(t('verify.undrawable'))).toBeVisible();
    await unit.field('verify.reason').fill('Chức vụ dài quá chỗ trên thẻ');
    await press(officer, unit.button('verify.send_back'));
    await unit.said('flash.request_returned');
    await holder.goto('/work');
    await press(holder, me.main.getByRole('link', { name: new RegExp(name) }));
    await expect(me.main.getByText('Chức vụ dài quá chỗ trên thẻ')).toBeVisible();
    await me.field('people.position').fill(position);
    await press(holder, me.button('request_form.submit'));
  });

  await test.step('every changed field is compared, the scan attached, and the profile verified', async () => {
    await officer.goto('/verify');
    await press(officer, unit.main.getByRole('link', { name }));
    await expect(unit.main.getByText(t('issue.undrawable'))).toHaveCount(0);
    for (const right of await unit.main.getByLabel(t('verify.right')).all()) await right.check();
    await unit.main.getByLabel(t('verify.copies_of', { count: 2 })).check();
    const unscanned = await press(officer, unit.button('verify.accept'));
    expect(unscanned.status()).toBe(422);
    await expect(unit.field('verify.scan')).toHaveAccessibleDescription(containing(t('fault.scan_missing')));
    await unit.field('verify.scan').setInputFiles(SCAN);
    await press(officer, unit.button('verify.accept'));
    await unit.said('flash.request_verified');
  });

  await test.step('a list is composed, submitted with its letter, checked and approved', async () => {
    await press(officer, unit.link('flash.compose'));
    for (const box of await unit.main.getByRole('checkbox').all()) await box.uncheck();
    const nobody = await press(officer, unit.button('lists.compose'));
    expect(nobody.status()).toBe(422);
    await unit.field('lists.name').fill(title);
    await unit.row(name).getByRole('checkbox').check();
    await check(officer, 'list-add');
    await press(officer, unit.button('lists.compose'));
    await expect(unit.heading(title)).toBeVisible();

    const signs = on(head, t);
    await head.goto('/work');
    await press(head, signs.main.getByRole('link', { name: new RegExp(title) }));
    await signs.field('list.letter_number').fill(`${Date.now() % 100000}/TTr`);
    await signs.field('list.signer').fill('Giám đốc Trần Văn Bình');
    await check(head, 'list-submit');
    await press(head, signs.button('list.submit'));
    await signs.said('flash.list_submitted');

    const checks = on(checker, t);
    await checker.goto('/work');
    await press(checker, checks.main.getByRole('link', { name: new RegExp(title) }));
    await check(checker, 'list-check');
    await press(checker, checks.button('list.check'));
    await checks.said('flash.list_checked');

    const decides = on(approver, t);
    await approver.goto('/work');
    await press(approver, decides.main.getByRole('link', { name: new RegExp(title) }));
    await check(approver, 'list-decide');
    await confirm(approver, baseURL, t, account('pheduyet'), decides.button('list.decide'));
    await decides.said('flash.list_decided');
  });

  await test.step('the desk prints it, sees a misprint, prints anew, and the card is active', async () => {
    const makes = on(desk, t);
    await desk.goto('/work');
    await press(desk, makes.main.getByRole('link', { name: new RegExp(name) }));
    await expect(desk.locator('.card-face svg').first()).toBeVisible();
    await check(desk, 'issue');
    const file = await desk.request.get(await makes.link('issue.open_file').getAttribute('href'));
    expect(file.headers()['content-type']).toBe('application/pdf');
    expect((await file.body()).subarray(0, 5).toString()).toBe('%PDF-');
    for (const [serial, verdict] of [[blank('KC'), 'issue.misprint'], [blank('KC'), 'issue.confirm']]) {
      await makes.field('cards.serial').fill(serial);
      await press(desk, makes.button('issue.printed'));
      await check(desk, 'issue-look');
      await press(desk, makes.button(verdict));
    }
    await makes.said('flash.card_active');
    await check(desk, 'card-active');
  });

  await test.step('the holder locks the lost card at once, from a telephone', async () => {
    await holder.goto('/me');
    await press(holder, me.link('me.lock'));
    await holder.setViewportSize({ width: 360, height: 740 });
    await check(holder, 'card-own');
    await press(holder, me.button('cards.lock'));
    await me.said('flash.card_locked');
  });

  await test.step('the unit confirms, and the holder asks for another one', async () => {
    await officer.goto('/work');
    await press(officer, unit.main.getByRole('link', { name: new RegExp(name) }));
    await press(officer, unit.button('cards.confirm_lock'));
    await unit.said('flash.card_lock_confirmed');
    lost = new URL(officer.url()).pathname;
    await holder.goto('/me');
    await press(holder, me.link('me.ask'));
    await me.field('request_form.reason').selectOption('reissue.lost');
    await check(holder, 'request-reissue');
    await press(holder, me.button('request_form.submit'));
    await me.said('flash.request_sent');
  });

  await test.step('the second card is made, and the lost one ends with it', async () => {
    const id = new URL(holder.url()).pathname.split('/').pop();
    const decide = (button) => confirm(approver, baseURL, t, account('pheduyet'), button);
    const card = await onward({ browser, t, officer, head, checker, approver, desk, decide }, id, name, blank('KC'));
    expect(card).not.toBe(lost);
    await officer.goto(lost);
    await expect(unit.main.getByText(t('card_state.invalidated')).first()).toBeVisible();
    await check(officer, 'card-replaced');
    await press(officer, unit.button('cards.recover'));
    await unit.said('flash.card_recovered');
    await check(officer, 'card-recovered');
    await officer.goto('/cards');
    await check(officer, 'cards');
    await press(officer, unit.link('ledger.title'));
    await expect(unit.row(name).first()).toBeVisible();
    await check(officer, 'ledger');
  });

  await test.step('the second one is locked, and Home Affairs makes it void', async () => {
    await holder.goto('/me');
    await press(holder, me.link('me.lock'));
    await press(holder, me.button('cards.lock'));
    await me.said('flash.card_locked');
    const decides = on(approver, t);
    await approver.goto(new URL(holder.url()).pathname);
    await check(approver, 'card-decide');
    await confirm(approver, baseURL, t, account('pheduyet'), decides.button('cards.invalidate'));
    await decides.said('flash.card_invalidated');
  });
});
