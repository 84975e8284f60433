// Somebody without an account, whose browser runs no script.
import { checkFrame, remember } from './look.js';
import { expect, press, test as base, watch } from './test.js';
import { say } from './words.js';

export const test = base.extend({
  /** A browser without scripts, in that language: `await visitor('vi')`. Its page, its words, and what it types. */
  visitor: async ({ browser, baseURL, pictures }, use) => {
    const [contexts, faults] = [[], []];
    await use(async (lang) => {
      const context = await browser.newContext({ javaScriptEnabled: false, locale: { vi: 'vi-VN', en: 'en-GB' }[lang], baseURL });
      contexts.push(context);
      const page = await context.newPage();
      await watch(page, faults);
      const t = say(lang, 'server');
      const check = async (name) => {
        await checkFrame(page);
        await expect(page.locator('html')).toHaveAttribute('lang', lang);
        if (name && pictures) await remember(page, `public-${name}-${lang}`);
      };
      const sends = async (digits) => {
        await page.getByLabel(t('check.digits')).fill(digits);
        return press(page, page.getByRole('button', { name: t('check.submit') }));
      };
      const asks = async (code, digits) => {
        await page.goto(`/t/${code}`);
        await sends(digits);
      };
      /** The state is told within seconds of its change. */
      const finds = async ({ code, digits }, key) => {
        await expect(async () => {
          await asks(code, digits);
          await expect(page.getByRole('status')).toContainText(t(key), { timeout: 100 });
        }).toPass({ timeout: 10_000, intervals: [500] });
        await expect(page.getByRole('status')).toContainText(t(`${key}_do`));
      };
      return { page, t, check, sends, asks, finds, alert: page.getByRole('alert') };
    });
    await Promise.all(contexts.map((context) => context.close()));
    expect(faults, 'faults that the pages reported').toEqual([]);
  },
});
