// Chips on the simulated reader: keyed at the store, and read as a telephone reads them.
import { on } from './offers.js';
import { plugIn } from './readers.js';
import { expect, press } from './test.js';

export const said = (page) => page.locator('[data-show=status]');
export const says = async (page, name) => expect(said(page)).toHaveAttribute('data-said', name, { timeout: 60_000 });

/** A blank gets its key at the store; what it holds afterwards, for the reader of another page. */
export async function keyed(open, t, { check } = {}) {
  const [blank] = await manyKeyed(await open('thukho'), t, 1, { check });
  return blank;
}

/** Blank after blank gets its key on the stock keeper's page; what each holds afterwards. `portal`: where it is another one. */
export async function manyKeyed(keeper, t, many, { check, portal = '' } = {}) {
  await plugIn(keeper, [{ model: 'pn533', card: 'ev1' }]);
  await keeper.goto(`${portal}/stock/places`);
  await press(keeper, on(keeper, t).main.getByRole('link', { name: t('issue.key_title') }).first());
  await check?.(keeper, 'chip-keys');
  await keeper.getByRole('button', { name: t('reader.choose') }).click();
  await says(keeper, 'chip-keyed');
  const blanks = [await keeper.evaluate(() => standIn.card())];
  while (blanks.length < many) {
    await keeper.evaluate(() => standIn.remove());
    // a reader that saw no card go takes the next for the same
    await keeper.waitForTimeout(600);
    await keeper.evaluate(() => standIn.insert('ev1'));
    // the page has said the same of the one before: the card itself tells by its key's version, whichever set is in use
    await expect.poll(() => keeper.evaluate(async () => JSON.parse(await standIn.card()).master.version), { timeout: 60_000 }).toBeGreaterThan(0x80);
    await says(keeper, 'chip-keyed');
    blanks.push(await keeper.evaluate(() => standIn.card()));
  }
  expect(new Set(blanks).size).toBe(many);
  return blanks;
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
