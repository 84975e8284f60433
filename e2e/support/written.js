// Cards with a chip, and what stands on cards.
import { keyed, says, tapped } from './chips.js';
import { issued } from './issued.js';
import { plugIn } from './readers.js';
import { blank, somebody } from './taken.js';

/** Code and last digits as they stand on the card. */
export async function facts(desk, t, card) {
  const fact = (key) => desk.locator('.facts > div').filter({ has: desk.getByText(t(key), { exact: true }) }).locator('dd');
  await desk.goto(card);
  const [code, number] = await Promise.all(['cards.code', 'cards.number'].map((key) => fact(key).first().textContent()));
  const citizen = number.split('.').find((part) => /^\d{12}$/.test(part));
  return { code: code.trim(), citizen, digits: citizen.slice(-4) };
}

/** A person's card with a chip, written at the desk: its link as a phone finds it, and its chip's identifier. `look`: what the desk does before it is confirmed. */
export async function withChip({ open, browser, baseURL, t }, look) {
  const holds = await keyed(open, t);
  const between = async (desk) => {
    await look?.(desk);
    await plugIn(desk, [{ model: 'pn533', holds }]);
    await desk.reload();
    await desk.getByRole('button', { name: t('reader.choose') }).click();
    await says(desk, 'chip-issued');
  };
  const { card, desk, officer } = await issued({ open, browser, baseURL, t }, await somebody(await open('tochuc'), t), blank('PH'), between);
  const stands = await facts(desk, t, card);
  const { uid } = JSON.parse(await desk.evaluate(() => standIn.card()));
  return { desk, officer, card, ...stands, link: await tapped(desk), uid };
}
