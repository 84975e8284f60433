// Cards in the field at the desk: recognised by their chip and given what is due, and wiped once they are void. With a simulated reader behind
// `navigator.usb`.
import { account } from '../support/accounts.js';
import { keyed, said, says } from '../support/chips.js';
import { issued } from '../support/issued.js';
import { on } from '../support/offers.js';
import { plugIn } from '../support/readers.js';
import { confirm } from '../support/sign_in.js';
import { blank, somebody } from '../support/taken.js';
import { expect, press, test } from '../support/test.js';

test('a card in use is recognised and looked through; void, its chip is wiped', async ({ open, browser, baseURL, check, t }) => {
  test.setTimeout(300_000);
  const holds = await keyed(open, t);
  const between = async (desk) => {
    await plugIn(desk, [{ model: 'pn533', holds }]);
    await desk.reload();
    await desk.getByRole('button', { name: t('reader.choose') }).click();
    await says(desk, 'chip-issued');
  };
  const { card, name, officer, approver, desk } = await issued({ open, browser, baseURL, t }, await somebody(await open('tochuc'), t), blank('PH'), between);
  const makes = on(desk, t);

  await test.step('the desk lays it down once more: whose it is, and that nothing is due', async () => {
    await press(desk, makes.link('field.go'));
    // a key set that was drawn meanwhile is given at once
    await expect(said(desk)).toHaveAttribute('data-said', /^chip-(current|rekeyed)$/, { timeout: 60_000 });
    await expect(said(desk)).toContainText(name);
    await check(desk, 'field');
    await desk.goto('/issue/wipe');
    await says(desk, 'chip-there');
    await check(desk, 'wipe-there');
    await desk.getByRole('button', { name: t('field.wipe_button') }).click();
    await says(desk, 'chip-still-valid');
  });

  await test.step('it is made void, and wiped when the button is pressed', async () => {
    await officer.goto(card);
    await on(officer, t).field('cards.lock_reason').selectOption('card_lost');
    await press(officer, on(officer, t).button('cards.lock'));
    await approver.goto(card);
    await confirm(approver, baseURL, t, account('pheduyet'), on(approver, t).button('cards.invalidate'));
    await desk.goto(card);
    await press(desk, makes.link('field.go_wipe'));
    await says(desk, 'chip-there');
    await desk.evaluate(() => standIn.plan(20, 'remove'));
    await desk.getByRole('button', { name: t('field.wipe_button') }).click();
    await expect(said(desk)).toHaveAttribute('data-said', /^chip-gone/, { timeout: 60_000 });
    await desk.evaluate(() => standIn.plan(999_999, ''));
    await desk.evaluate(() => standIn.putBack());
    await says(desk, 'chip-there');
    await desk.getByRole('button', { name: t('field.wipe_button') }).click();
    await says(desk, 'chip-wiped');
    await check(desk, 'wiped');
    await desk.goto(card);
    await expect(makes.main.getByText(t('field.wiped'))).toBeVisible();
    await check(desk, 'card-wiped');
  });
});
