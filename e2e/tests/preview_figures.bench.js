// Figures of the card page, for `cargo xtask bench preview`: what a typed letter costs until the page has both sides, the budget and the
// faults, and what the report costs. Printed, not held: machines differ.
import { expect, test } from '../support/test.js';

test('figures of the card page', async ({ open }) => {
  const page = await open('tochuc');
  await page.goto('/people');
  const person = await page.locator('main a.row').first().getAttribute('href');
  await page.goto(`${person}/card`);
  const easel = page.locator('[data-part=easel][data-ready]');
  await expect(easel).toBeVisible();
  const name = page.locator('#full_name');
  const drawn = [];
  for (let nth = 0; nth < 60; nth += 1) {
    await name.fill(`Nguyễn Thị Minh ${'Khai'.slice(0, 1 + (nth % 4))}`);
    drawn.push(Number(await easel.getAttribute('data-millis')));
  }
  drawn.sort((one, other) => one - other);
  const at = (share) => drawn[Math.floor(share * (drawn.length - 1))].toFixed(1);
  console.log(`a letter until the page is drawn: median ${at(0.5)} ms, nine of ten within ${at(0.9)} ms, longest ${at(1)} ms`);
});
