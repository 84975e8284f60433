// Practice, and the demonstration's desk: chips are written on simulated readers, torn away and finished, with nothing plugged in.
import { says } from '../support/chips.js';
import { demonstration } from '../support/demonstration.js';
import { carried } from '../support/issued.js';
import { on } from '../support/offers.js';
import { clear } from '../support/program.js';
import { expect, press, test } from '../support/test.js';

test.afterEach(clear);

test('somebody practises, and each view says so', async ({ open, check, t }) => {
  const page = await open('capthe');
  await page.goto('/training');
  await expect(page.locator('[data-practice]')).toBeVisible();
  await check(page, 'training-ready');
  await page.getByLabel(t('reader.card_model')).selectOption('ev3');
  await page.getByRole('button', { name: t('reader.simulate') }).click();
  await says(page, 'chip-issued');
  await expect(page.locator('[data-practice]')).toBeVisible();
  await check(page, 'training-written');
});

test('a demonstration\'s desk writes its cards on a simulated reader, tears one away and hands it on', async ({ open, browser, check, pictures, t }) => {
  test.skip(!pictures, 'the portal of this journey is on SQLite');
  test.setTimeout(240_000);
  // where a ceremony has put real keys in use, a desk simulates nothing any more
  const { url, as, somebody, sure } = await demonstration(open, t, 'training');
  const [officer, head, checker, approver, desk, keeper] = await Promise.all(['tochuc', 'thutruong', 'kiemtra', 'pheduyet', 'capthe', 'thukho'].map(as));
  const decide = (button) => sure(approver, 'pheduyet', button);
  const between = async () => {
    const button = (name) => desk.getByRole('button', { name: t(name), exact: true });
    await check(desk, 'demonstration-ready');
    await button('training.simulate').click();
    await says(desk, 'waiting');
    await button('training.tear').click();
    await expect(button('training.tear')).toHaveAttribute('aria-pressed', 'true');
    await button('training.blank').click();
    await says(desk, 'chip-gone-underway');
    await expect(button('training.tear')).toHaveAttribute('aria-pressed', 'false');
    await check(desk, 'demonstration-torn');
    await button('training.back').click();
    await says(desk, 'chip-anew');
    await check(desk, 'demonstration-written');
  };
  const { card, name } = await carried({ browser, t, officer, head, checker, approver, desk, decide, portal: url, between }, await somebody(officer, 3), 'PH001731');
  await desk.goto(`${url}${card}`);
  await expect(on(desk, t).main.getByText(t('card_state.active')).first()).toBeVisible();
  // the blank is used up, and the ledger of cards has its number
  await keeper.goto(`${url}/stock/blanks?serial=PH001731`);
  await expect(on(keeper, t).row('PH001731')).toContainText(t('stock.state.used'));
  await press(keeper, on(keeper, t).row('PH001731').getByRole('link').first());
  await expect(on(keeper, t).main).toContainText(t('stock.state.used'));
  // it goes to the unit with its minutes, and the register of cards has both
  const [gives, receives] = [on(desk, t), on(officer, t)];
  await desk.goto(`${url}/handovers/add`);
  await press(desk, gives.main.locator('tbody').getByRole('link').first());
  await expect(gives.main.locator(`input[name=cards][value="${card.split('/').pop()}"]`)).toBeChecked();
  await press(desk, gives.button('handovers.compose'));
  await press(desk, gives.button('handover.give'));
  await gives.said('flash.handover_given');
  await officer.goto(desk.url());
  await press(officer, receives.button('handover.counted'));
  await receives.said('flash.handover_received');
  await officer.goto(`${url}/ledger`);
  await expect(receives.row('PH001731').first()).toContainText(name);
  await check(officer, 'demonstration-ledger');
});

test('nobody gets a demonstration\'s blanks who may not use a reader', async ({ open }) => {
  const page = await open('tochuc');
  const answer = await page.request.post('/training/blank', { headers: { origin: new URL(page.url()).origin } });
  expect([403, 404]).toContain(answer.status());
});
