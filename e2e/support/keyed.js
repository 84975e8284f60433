// A blank with its transport key, as a store makes one.
import { on } from './offers.js';
import { plugIn } from './readers.js';
import { expect, press } from './test.js';

/** What the blank holds afterwards: for the reader of another page. */
export async function keyed(open, t) {
  const keeper = await open('thukho');
  await plugIn(keeper, [{ model: 'pn533', card: 'ev1' }]);
  await keeper.goto('/stock/places');
  await press(keeper, on(keeper, t).main.getByRole('link', { name: t('issue.key_title') }).first());
  await keeper.getByRole('button', { name: t('reader.choose') }).click();
  await expect(keeper.locator('main').getByRole('status').first()).toHaveAttribute('data-said', 'chip-keyed', { timeout: 60_000 });
  return keeper.evaluate(() => standIn.card());
}
