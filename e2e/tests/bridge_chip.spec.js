// A chip keyed and written over the bridge, through the system's PC/SC service and its virtual reader.
import { withBridge } from '../support/bridge.js';
import { says } from '../support/chips.js';
import { issued } from '../support/issued.js';
import { on } from '../support/offers.js';
import { blank, somebody } from '../support/taken.js';
import { expect, press, test } from '../support/test.js';

test('a card is written over the bridge, through the system\'s PC/SC service', async ({ open, browser, baseURL, t }) => {
  test.setTimeout(300_000);
  await withBridge(baseURL, async (bridge) => {
    await bridge.start();
    /** Joins a page to the bridge's first reader. */
    const join = async (page) => {
      await page.getByRole('button', { name: t('reader.bridge'), exact: true }).click();
      await says(page, 'bridge-compare');
      bridge.agree();
      await says(page, 'bridge-which');
      await page.getByRole('button', { name: 'Virtual PCD 00 00' }).click();
    };
    const keeper = await open('thukho');
    await keeper.goto('/stock/places');
    await press(keeper, on(keeper, t).main.getByRole('link', { name: t('issue.key_title') }).first());
    await join(keeper);
    let card = bridge.lay('ev1', 'blank');
    await says(keeper, 'chip-keyed');
    await card.take();
    await keeper.close();
    const between = async (desk) => {
      await join(desk);
      card = bridge.lay('ev1', 'blank');
      await says(desk, 'chip-issued');
      await expect(on(desk, t).button('issue.confirm_next')).toBeFocused();
    };
    const { card: path, desk } = await issued({ open, browser, baseURL, t }, await somebody(await open('tochuc'), t), blank('PH'), between);
    await desk.goto(path);
    await expect(on(desk, t).main.getByText(t('card_state.active')).first()).toBeVisible();
  });
});
