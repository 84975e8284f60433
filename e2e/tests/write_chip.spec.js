// A chip, from the store that gives blanks their key to the active card, with a simulated reader behind `navigator.usb`: bindings, reader's
// core, relay, vault and journal are those of a real desk.
import { keyed, said, says } from '../support/chips.js';
import { issued } from '../support/issued.js';
import { on } from '../support/offers.js';
import { plugIn } from '../support/readers.js';
import { blank, somebody } from '../support/taken.js';
import { expect, test } from '../support/test.js';

test('a card is written as soon as it lies there, torn away, and finished when it is back', async ({ open, browser, baseURL, check, t }) => {
  test.setTimeout(240_000);
  const holds = await keyed(open, t, { check });
  const between = async (desk) => {
    const makes = on(desk, t);
    await plugIn(desk, [{ model: 'pn533', holds }]);
    await desk.reload();
    await expect(makes.button('issue.confirm')).toBeHidden();
    await check(desk, 'chip-unwritten');
    await desk.evaluate(() => standIn.plan(150, 'remove'));
    await desk.getByRole('button', { name: t('reader.choose') }).click();
    await expect(said(desk)).toHaveAttribute('data-said', /^chip-gone/, { timeout: 60_000 });
    await expect(makes.button('issue.confirm')).toBeHidden();
    await check(desk, 'chip-gone');
    await desk.evaluate(() => standIn.plan(999_999, ''));
    await desk.evaluate(() => standIn.putBack());
    await says(desk, 'chip-anew');
    await expect(makes.button('issue.confirm_next')).toBeFocused();
    await expect(makes.main.getByText(t('issue.chip_issued'))).toBeVisible();
    await expect(makes.main.getByText(t('issue.chip_underway'))).toBeHidden();
    await check(desk, 'chip-written');
    // another page of the same card says so, too
    await desk.reload();
    await expect(makes.main.getByText(t('issue.chip_issued'))).toBeVisible();
    await expect(makes.button('issue.confirm')).toBeVisible();
  };
  const { card, desk } = await issued({ open, browser, baseURL, t }, await somebody(await open('tochuc'), t), blank('PH'), between);
  await desk.goto(card);
  await expect(on(desk, t).main.getByText(t('card_state.active')).first()).toBeVisible();
});

test('a blank with the factory\'s key, and a card of somebody else, are told by one sentence each', async ({ open, browser, baseURL, t }) => {
  test.setTimeout(240_000);
  const between = async (desk) => {
    await plugIn(desk, [{ model: 'rc-s300', card: 'ev1' }]);
    await desk.reload();
    await desk.getByRole('button', { name: t('reader.choose') }).click();
    await says(desk, 'chip-unkeyed');
    const holds = await keyed(open, t);
    await desk.evaluate((holds) => standIn.lay(holds), holds);
    await says(desk, 'chip-issued');
    // Enter would go on; the button does the same
    await expect(on(desk, t).button('issue.confirm')).toBeVisible();
  };
  const { card } = await issued({ open, browser, baseURL, t }, await somebody(await open('tochuc'), t), blank('PH'), between);
  expect(card).toMatch(/^\/cards\/\d+$/);
});
