// What a page must be on every visit, and the pictures of it.
import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ARTEFACTS } from './places.js';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const WIDTHS = [360, 1280, 1920];

/** What holds of every page: a title, one heading, nothing wider than the window, and no fault that axe knows. */
export async function check(page) {
  // the islands are awake; a page without islands is at once
  await page.locator('html[data-hydrated]').waitFor({ state: 'attached' });
  await checkFrame(page);
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  const found = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`));
  expect(found, page.url()).toEqual([]);
}

/** The part of it that needs no scripts on the page, which axe does. */
export async function checkFrame(page) {
  await expect(page).toHaveTitle(/.+ – .+/);
  await expect(page.locator('h1')).toHaveCount(1);
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  expect(wide, `${page.url()} scrolls sideways`).toBeLessThanOrEqual(room);
}

/** Takes the page's picture in each width, and by night where asked, checking it at the narrowest and by night. */
export async function look(page, folder, name, { night = false } = {}) {
  mkdirSync(join(ARTEFACTS, folder), { recursive: true });
  const picture = (variant) => page.screenshot({ path: join(ARTEFACTS, folder, `${name}-${variant}.png`), fullPage: true });
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    if (width === WIDTHS[0]) await check(page);
    else await checkFrame(page);
    await picture(width);
  }
  if (!night) return;
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await check(page);
  await picture('dark');
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Takes pictures of a state that only a journey reaches. */
export async function remember(page, name) {
  const before = page.viewportSize();
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await page.screenshot({ path: join(ARTEFACTS, 'pages/states', `${name}-${width}.png`), fullPage: true });
  }
  await page.setViewportSize(before);
}

/** Prints the page on A4. */
export async function print(page, folder, name) {
  mkdirSync(join(ARTEFACTS, folder), { recursive: true });
  await page.pdf({ path: join(ARTEFACTS, folder, `${name}.pdf`), format: 'A4', preferCSSPageSize: true });
}
