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

/** Checks the page and takes its picture in each width, by day and by night. */
export async function look(page, folder, name) {
  mkdirSync(join(ARTEFACTS, folder), { recursive: true });
  const picture = (variant) => page.screenshot({ path: join(ARTEFACTS, folder, `${name}-${variant}.png`), fullPage: true });
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    if (width !== 1920) await check(page);
    await picture(width);
  }
  await page.emulateMedia({ colorScheme: 'dark' });
  await check(page);
  await picture('dark');
  await page.emulateMedia({ colorScheme: 'light' });
}
