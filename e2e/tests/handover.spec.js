// The way of active cards to their holders: the desk gives, the unit counts and disputes, the desk settles, the holders have them.
import { issued } from '../support/issued.js';
import { on } from '../support/offers.js';
import { SCAN } from '../support/paper.js';
import { blank, somebody } from '../support/taken.js';
import { expect, press, test } from '../support/test.js';

test('the desk gives cards, the unit disputes and settles, the holder confirms', async ({ open, check, browser, baseURL, t }) => {
  test.slow();
  const tools = { open, browser, baseURL, t };
  // one holder with an account, one without
  const own = await open('thutruong');
  const holder = on(own, t);
  const look = await open('tochuc');
  await own.goto('/me');
  const code = await own.locator('main .facts .code').first().textContent();
  await look.goto(`/people?q=${encodeURIComponent(code)}`);
  const mine = await look.locator('main tbody tr').first().getByRole('link').first().getAttribute('href');
  const { card, name, officer, desk } = await issued(tools, mine, blank('KC'));
  const other = await issued(tools, await somebody(look, t), blank('KC'));
  const [gives, receives] = [on(desk, t), on(officer, t)];
  let path;

  await test.step('the desk puts both cards into a handover and gives it', async () => {
    await desk.goto('/work');
    await press(desk, gives.main.getByRole('link', { name: new RegExp(t('work.cards_waiting', { count: '\\d+' })) }));
    await check(desk, 'handover-units');
    await press(desk, gives.main.locator('tbody').getByRole('link').first());
    for (const box of await gives.main.getByRole('checkbox').all()) await box.uncheck();
    const none = await press(desk, gives.button('handovers.compose'));
    expect(none.status()).toBe(422);
    await expect(gives.main.locator('#cards')).toHaveText(t('fault.no_card_chosen'));
    for (const of of [card, other.card]) await gives.main.locator(`input[name=cards][value="${of.split('/').pop()}"]`).check();
    await check(desk, 'handover-add');
    await press(desk, gives.button('handovers.compose'));
    await gives.said('flash.handover_composed');
    path = new URL(desk.url()).pathname;
    await check(desk, 'handover-draft');
    const stale = await open('capthe');
    await stale.goto(path);
    await press(desk, gives.button('handover.give'));
    await gives.said('flash.handover_given');
    const late = await press(stale, on(stale, t).button('handover.give'));
    expect(late.status()).toBe(409);
    await check(stale, 'handover-stale');
    const minutes = await desk.request.get(`${path}/minutes?as=docx`);
    expect((await minutes.body()).subarray(0, 2).toString()).toBe('PK');
  });

  await test.step('the unit finds one card missing', async () => {
    await officer.goto('/work');
    await press(officer, receives.main.locator(`a[href="${path}"]`));
    await receives.row(other.name).getByRole('checkbox').uncheck();
    const silent = await press(officer, receives.button('handover.counted'));
    expect(silent.status()).toBe(422);
    await check(officer, 'handover-count');
    await expect(receives.row(other.name).getByRole('checkbox')).not.toBeChecked();
    await receives.field('handover.discrepancy').fill('Thiếu một thẻ, phong bì bị rách');
    await press(officer, receives.button('handover.counted'));
    await receives.said('flash.handover_disputed');
    await check(officer, 'handover-disputed');
  });

  await test.step('the desk settles it; the missing card waits for another handover', async () => {
    await desk.goto('/work');
    await press(desk, gives.main.locator(`a[href="${path}"]`));
    await gives.field('handover.settled').fill('Bàn giao bổ sung trong tuần.');
    await check(desk, 'handover-settle');
    await press(desk, gives.button('handover.settle'));
    await gives.said('flash.handover_settled');
    await desk.goto('/handovers/add');
    await press(desk, gives.main.locator('tbody').getByRole('link').first());
    await expect(gives.main.locator(`input[name=cards][value="${other.card.split('/').pop()}"]`)).toBeVisible();
  });

  await test.step('the signed minutes are attached, and the holder confirms', async () => {
    await officer.goto(path);
    await receives.field('handover.signed').setInputFiles(SCAN);
    await press(officer, receives.button('handover.attach'));
    await receives.said('flash.minutes_attached');
    await expect(receives.row(name).getByText(t('handover.holder_confirms'))).toBeVisible();
    await check(officer, 'handover-received');
    await own.goto('/work');
    await press(own, holder.main.locator('section', { hasText: t('work.confirm_card') }).getByRole('link').first());
    await check(own, 'me-card-come');
    await press(own, holder.button('me.got'));
    await holder.said('flash.card_got');
    await officer.reload();
    await expect(receives.main.getByText(t('handover_state.delivered')).first()).toBeVisible();
    await check(officer, 'handover-delivered');
    await officer.goto('/handovers');
    await check(officer, 'handovers');
  });
});

test('a temporary card is given for a day and handed back', async ({ open, check, browser, baseURL, t }) => {
  test.slow();
  const look = await open('tochuc');
  const { card, desk } = await issued({ open, browser, baseURL, t }, await somebody(look, t), blank('KC'));
  const makes = on(desk, t);
  await desk.goto(card);
  await press(desk, makes.button('cards.lend'));
  await makes.said('flash.card_lent');
  await makes.field('cards.serial').fill(blank('KC'));
  await press(desk, makes.button('issue.printed'));
  await press(desk, makes.button('issue.confirm'));
  await check(desk, 'card-temporary');
  const lent = new URL(desk.url()).pathname;
  await desk.goto(card);
  await expect(makes.main.getByText(t('card_state.suspended')).first()).toBeVisible();
  await desk.goto(lent);
  await press(desk, makes.button('cards.hand_back'));
  await makes.said('flash.card_back');
  await desk.goto(card);
  await expect(makes.main.getByText(t('card_state.active')).first()).toBeVisible();
});
