// Somebody without an account, on the page that reads cards.
import { expect, watch } from './test.js';
import { say } from './words.js';

/** A visitor of that browser in that language. What the browser asks of the portal is kept in `asked`. */
export async function visits(browser, baseURL, lang, settings = {}) {
  const context = await browser.newContext({ baseURL, locale: { vi: 'vi-VN', en: 'en-GB' }[lang], reducedMotion: 'reduce', ...settings });
  const page = await context.newPage();
  const [faults, asked] = [[], []];
  await watch(page, faults);
  page.on('request', (request) => asked.push(`${request.url()} ${request.postData() ?? ''}`));
  const t = say(lang, 'server');
  const field = (key) => page.locator('section dl dt', { hasText: t(`front.${key}`) }).locator('xpath=following-sibling::dd[1]/span');
  const says = (key) => expect(page.locator('[data-show=scan]')).toHaveText(t(`scan.${key}`));
  const ready = () => expect(page.getByLabel(t('scan.picture'))).toHaveAttribute('data-ready', '');
  const chooses = async (picture) => {
    await ready();
    await page.getByLabel(t('scan.picture')).setInputFiles(picture);
  };
  return { context, page, t, faults, asked, field, says, ready, chooses };
}
