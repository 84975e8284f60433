// A person's active card, from the unit's request to the desk, without looking at the pages on the way: `card_life` does.
import { account } from './accounts.js';
import { on } from './offers.js';
import { photo, SCAN } from './paper.js';
import { confirm } from './sign_in.js';
import { expect, press } from './test.js';
import { uniqueWord } from './words.js';

/** Goes the whole way for the person of that page, `/people/7`, as the demonstration's accounts; the card's path. `between`: what the desk does after it was printed. */
export async function issued({ open, browser, baseURL, t }, person, serial, between) {
  const [officer, head, checker, approver, desk] = await Promise.all(['tochuc', 'thutruong', 'kiemtra', 'pheduyet', 'capthe'].map((login) => open(login)));
  const decide = (button) => confirm(approver, baseURL, t, account('pheduyet'), button);
  const made = await carried({ browser, t, officer, head, checker, approver, desk, decide, between }, person, serial);
  await Promise.all([head, checker].map((page) => page.close()));
  return { ...made, officer, approver, desk };
}

/** The same with these pages; `decide` presses what takes the second factor, `portal` is where they are where it is another one. */
export async function carried({ browser, t, officer, head, checker, approver, desk, decide, portal = '', between }, person, serial) {
  const { id, name } = await asked({ t, officer, portal }, person);
  const card = await onward({ browser, t, officer, head, checker, approver, desk, decide, portal, between }, id, name, serial);
  return { card, name };
}

/** The rest of the way of a request that was sent; the card's path. */
export async function onward({ browser, t, officer, head, checker, approver, desk, decide, portal = '', between }, id, name, serial) {
  const unit = on(officer, t);
  await verified({ browser, t, officer, portal }, id);
  await unit.said('flash.request_verified');

  await approved({ t, officer, head, checker, approver, decide, portal }, [id]);

  const makes = on(desk, t);
  await desk.goto(`${portal}/issue`);
  await press(desk, makes.row(name).getByRole('link'));
  await makes.field('cards.serial').fill(serial);
  await press(desk, makes.button('issue.printed'));
  await between?.(desk);
  await press(desk, makes.button('issue.confirm'));
  await makes.said('flash.card_active');
  await expect(makes.main.getByText(t('card_state.active')).first()).toBeVisible();
  return new URL(desk.url()).pathname;
}

/** Verified requests go on a list with its letter, and are approved. */
export async function approved({ t, officer, head, checker, approver, decide, portal = '' }, requests) {
  const unit = on(officer, t);
  await officer.goto(`${portal}/lists/add`);
  for (const box of await unit.main.getByRole('checkbox').all()) await box.uncheck();
  await unit.field('lists.name').fill(`Đợt ${uniqueWord()}`);
  for (const id of requests) await unit.main.locator(`input[name=people][value="${id}"]`).check();
  await press(officer, unit.button('lists.compose'));
  const list = new URL(officer.url()).pathname;
  await head.goto(`${portal}${list}`);
  await on(head, t).field('list.letter_number').fill(`${Date.now() % 1000000}/TTr`);
  await on(head, t).field('list.signer').fill('Giám đốc Trần Văn Bình');
  await press(head, on(head, t).button('list.submit'));
  await checker.goto(`${portal}${list}`);
  await press(checker, on(checker, t).button('list.check'));
  await approver.goto(`${portal}${list}`);
  await decide(on(approver, t).button('list.decide'));
  await on(approver, t).said('flash.list_decided');
}

/** The unit asks for a card of that person; the request, and whose it is. */
export async function asked({ t, officer, portal = '' }, person) {
  const unit = on(officer, t);
  await officer.goto(`${portal}${person}`);
  const name = await officer.getByRole('heading', { level: 1 }).textContent();
  await press(officer, unit.link('request_form.title_for'));
  await unit.field('request_form.reason').selectOption({ index: 1 });
  await press(officer, unit.button('request_form.submit'));
  await unit.said('flash.request_sent');
  return { id: new URL(officer.url()).pathname.split('/').pop(), name };
}

/** Compares a request with the paper, and brings the portrait where there is none. */
export async function verified({ browser, t, officer, portal = '' }, id) {
  const unit = on(officer, t);
  await officer.goto(`${portal}/verify/${id}`);
  const photoMissing = unit.link('portrait.add');
  if (await photoMissing.count()) {
    await press(officer, photoMissing);
    await officer.getByLabel(t('portrait.photo')).setInputFiles(await photo(browser));
    await press(officer, unit.button('portrait.submit'));
    await officer.goto(`${portal}/verify/${id}`);
  }
  for (const right of await unit.main.getByLabel(t('verify.right')).all()) await right.check();
  await unit.main.getByLabel(t('verify.copies_of', { count: 2 })).check();
  await unit.field('verify.scan').setInputFiles(SCAN);
  await press(officer, unit.button('verify.accept'));
}
