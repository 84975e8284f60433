// An approved list at the desk, chips and all: card after card with the fewest clicks, one torn away and resumed, one spoiled.
import { account } from '../support/accounts.js';
import { manyKeyed, said, says } from '../support/chips.js';
import { approved, asked, verified } from '../support/issued.js';
import { on } from '../support/offers.js';
import { plugIn } from '../support/readers.js';
import { confirm } from '../support/sign_in.js';
import { blank, somebody } from '../support/taken.js';
import { expect, press, test } from '../support/test.js';

test('five cards of a list: one is torn away and resumed, one is spoiled', async ({ open, browser, baseURL, check, t }) => {
  test.setTimeout(600_000);
  const [officer, head, checker, approver, desk] = await Promise.all(['tochuc', 'thutruong', 'kiemtra', 'pheduyet', 'capthe'].map((login) => open(login)));
  const makes = on(desk, t);
  const people = [];
  while (people.length < 5) people.push(await somebody(officer, t));
  const requests = [];
  for (const person of people) {
    const request = await asked({ t, officer }, person);
    await verified({ browser, t, officer }, request.id);
    requests.push(request);
  }
  const decide = (button) => confirm(approver, baseURL, t, account('pheduyet'), button);
  await approved({ t, officer, head, checker, approver, decide }, requests.map(({ id }) => id));

  const blanks = await manyKeyed(await open('thukho'), t, 6);
  const serials = blanks.map(() => blank('PH'));
  await plugIn(desk, [{ model: 'pn533', holds: blanks[0] }]);
  await desk.goto('/issue');
  const paths = [];
  for (const { name } of requests) paths.push(await makes.row(name).getByRole('link').first().getAttribute('href'));
  const print = async (path, serial) => {
    await desk.goto(path);
    await makes.field('cards.serial').fill(serial);
    await press(desk, makes.button('issue.printed'));
  };
  const lay = (blank) => desk.evaluate((blank) => standIn.lay(blank), blank);

  await test.step('the first is written as soon as the reader was chosen', async () => {
    await print(paths[0], serials[0]);
    await desk.getByRole('button', { name: t('reader.choose') }).click();
    await says(desk, 'chip-issued');
  });
  await test.step('Enter makes it active, and the next one is there', async () => {
    await expect(makes.button('issue.confirm_next')).toBeFocused();
    await Promise.all([desk.waitForURL((url) => url.pathname !== paths[0]), desk.keyboard.press('Enter')]);
    expect(new URL(desk.url()).pathname).toMatch(/^\/issue\/\d+$/);
  });
  await test.step('the second is torn away, and another one laid down in its place', async () => {
    await print(paths[1], serials[1]);
    // the first card still lies there
    await says(desk, 'chip-others');
    await desk.evaluate(() => standIn.plan(170, 'remove'));
    await lay(blanks[1]);
    await expect(said(desk)).toHaveAttribute('data-said', /^chip-gone/, { timeout: 60_000 });
    await expect(makes.button('issue.confirm')).toBeHidden();
    await desk.evaluate(() => standIn.plan(999_999, ''));
    await desk.evaluate(() => standIn.putBack());
    await says(desk, 'chip-anew');
    await press(desk, makes.button('issue.confirm'));
    await makes.said('flash.card_active');
  });
  await test.step('the third is written and then found to be misprinted', async () => {
    await print(paths[2], serials[2]);
    await lay(blanks[2]);
    await says(desk, 'chip-issued');
    await press(desk, makes.button('issue.misprint'));
    await check(desk, 'list-misprinted');
    await print(paths[2], serials[3]);
    // the spoiled one is on the reader
    await says(desk, 'chip-spoiled');
    await check(desk, 'chip-spoiled');
    await expect(makes.button('issue.confirm')).toBeHidden();
    await lay(blanks[5]);
    await says(desk, 'chip-issued');
    await press(desk, makes.button('issue.confirm'));
    await makes.said('flash.card_active');
  });
  for (const [nth, serial] of [[3, serials[4]], [4, serials[5]]]) {
    await test.step(`card ${nth + 1}`, async () => {
      await print(paths[nth], serial);
      await lay(blanks[nth]);
      await says(desk, 'chip-issued');
      await press(desk, makes.button('issue.confirm'));
      await makes.said('flash.card_active');
    });
  }
  await test.step('cards and ledger agree', async () => {
    for (const path of paths) {
      await desk.goto(path.replace('/issue/', '/cards/'));
      await expect(makes.main.getByText(t('card_state.active')).first()).toBeVisible();
    }
    const keeper = await open('thukho');
    const keeps = on(keeper, t);
    for (const [serial, state] of serials.map((serial, nth) => [serial, nth === 2 ? 'spoiled' : 'used'])) {
      await keeper.goto(`/stock/blanks?serial=${serial}`);
      await expect(keeps.row(serial)).toContainText(t(`stock.state.${state}`));
    }
  });
});
