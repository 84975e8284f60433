// Chips on the simulated reader: keyed at the store, and read as a telephone reads them.
import { on } from './offers.js';
import { plugIn } from './readers.js';
import { expect, press } from './test.js';

export const said = (page) => page.locator('main').getByRole('status').first();
export const says = async (page, name) => expect(said(page)).toHaveAttribute('data-said', name, { timeout: 60_000 });

/** Blanks get their key at the store; what the blank holds afterwards. */
export async function keyed(open, t, { check } = {}) {
  const keeper = await open('thukho');
  await plugIn(keeper, [{ model: 'pn533', card: 'ev1' }]);
  await keeper.goto('/stock/places');
  await press(keeper, on(keeper, t).main.getByRole('link', { name: t('issue.key_title') }).first());
  await check?.(keeper, 'chip-keys');
  await keeper.getByRole('button', { name: t('reader.choose') }).click();
  await says(keeper, 'chip-keyed');
  return keeper.evaluate(() => standIn.card());
}

/** Path and query of the link that a telephone finds on the card: the NDEF application, its message, all of it in one read. */
export async function tapped(page) {
  const text = await page.evaluate(async () => {
    const [{ reader }] = await standIn.devices();
    reader.activate();
    const ask = (hex) => {
      const answer = reader.intrude(Uint8Array.from(hex.match(/../g), (byte) => Number.parseInt(byte, 16)));
      if (answer.at(-2) !== 0x90 || answer.at(-1) !== 0) throw new Error(`${hex}: ${answer}`);
      return String.fromCharCode(...answer.slice(0, -2));
    };
    ask('00A4040007D276000085010100');
    ask('00A4000C02E104');
    return ask('00B0000000');
  });
  return text.match(/\/t[/?][\w=&?/-]+/)[0];
}
