// The test of every journey: opens pages as a visitor or as one of the demonstration's accounts, and fails when a page
// breaks its content security policy, throws, logs an error, or asks for what is not there.
import { test as base, expect } from '@playwright/test';
import { existsSync } from 'node:fs';
import { check, checkFrame, remember } from './look.js';
import { statePath } from './places.js';
import { say } from './words.js';

export { expect };

export const test = base.extend({
  lang: ['vi', { option: true }],
  /** Whether pictures are taken: the pages look the same on every database. */
  pictures: [false, { option: true }],

  t: async ({ lang }, use) => {
    await use(say(lang));
  },

  /** Checks what holds of every page, and keeps pictures where it has a name: `await check(page, 'person-stale')`. */
  check: async ({ javaScriptEnabled, pictures }, use) => {
    const look = javaScriptEnabled === false ? checkFrame : check;
    await use(async (page, name) => {
      await look(page);
      if (name && pictures) await remember(page, name);
    });
  },

  /** A page of its own: `await open('kiemtra')` signed in as the set-up left it, `await open()` as a visitor. */
  open: async ({ browser, baseURL, lang }, use) => {
    const contexts = [];
    const faults = [];
    await use(async (login, { language = lang, viewport } = {}) => {
      const state = login && statePath(baseURL, login);
      if (state && !existsSync(state)) throw new Error(`the set-up did not sign in «${login}»`);
      const context = await browser.newContext({ storageState: state, reducedMotion: 'reduce', ...(viewport && { viewport }) });
      await context.addCookies([{ name: 'congthe-lang', value: language, url: baseURL }]);
      contexts.push(context);
      const page = await context.newPage();
      await watch(page, faults);
      return page;
    });
    await Promise.all(contexts.map((context) => context.close()));
    expect(faults, 'faults that the pages reported').toEqual([]);
  },
});

/** Collects what a page does wrong without anybody seeing it. */
export async function watch(page, faults) {
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.error(`securitypolicyviolation: ${event.violatedDirective} by ${event.blockedURI}`);
    });
  });
  page.on('pageerror', (error) => faults.push(`${page.url()}: ${error}`));
  page.on('console', (message) => {
    // a refused page is logged too; the journeys check its status, and `response` what pages load
    const refusal = message.text().startsWith('Failed to load resource');
    // the browser says so wherever nobody listens; the page words it
    const noBridge = /^WebSocket connection to 'ws:\/\/127\.0\.0\.1:28384\/relay' failed: .*CONNECTION_REFUSED/.test(message.text());
    if (message.type() === 'error' && !refusal && !noBridge) faults.push(`${page.url()}: ${message.text()}`);
  });
  page.on('response', (response) => {
    const visit = response.request().isNavigationRequest();
    if (response.status() >= (visit ? 500 : 400)) faults.push(`${response.status()} ${response.url()}`);
  });
}

/** Presses a button or a link that leads to another page; the answer. */
export async function press(page, locator) {
  const isAnswer = (response) => {
    const visit = response.request().isNavigationRequest() && response.frame() === page.mainFrame();
    return visit && ![302, 303, 307].includes(response.status());
  };
  const [response] = await Promise.all([page.waitForResponse(isAnswer), locator.click()]);
  await page.waitForLoadState();
  return response;
}
