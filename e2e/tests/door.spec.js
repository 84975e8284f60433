// A guard at a door: chips tapped on the page, and cards checked with the network cut. The phone's reader is a stand-in.
import { check, remember } from '../support/look.js';
import { printed, printedBack } from '../support/printed.js';
import { on } from '../support/offers.js';
import { expect, press, test } from '../support/test.js';
import { visits } from '../support/visitor.js';
import { pattern } from '../support/words.js';
import { withChip } from '../support/written.js';

/** A phone whose reader the page may use, until it is told otherwise. */
function phone(page) {
  return page.addInitScript(() => {
    self.NDEFReader = class {
      async scan() {
        if (self.refuses) throw new DOMException('', self.refuses);
        self.reader = this;
      }
    };
    self.taps = (link, serialNumber) => {
      const data = new DataView(new TextEncoder().encode(link).buffer);
      self.reader.onreading({ serialNumber, message: { records: [{ recordType: 'url', data }] } });
    };
  });
}

test('chips and codes are checked at a door, with a network and without one', async ({ open, browser, baseURL, t, pictures }) => {
  test.setTimeout(400_000);
  let front;
  let back;
  const card = await withChip({ open, browser, baseURL, t }, async (desk) => {
    front = await printed(browser, desk);
    back = await printedBack(desk);
  });
  const link = `https://${new URL(baseURL).host}${card.link}`;
  const bytes = typeof card.uid === 'string' ? card.uid.match(/../g) : card.uid.map((byte) => byte.toString(16).padStart(2, '0'));
  const serial = bytes.join(':').toLowerCase();
  const guard = await visits(browser, baseURL, 'vi');
  const { page, context, t: words, says, ready } = guard;
  await phone(page);
  const opens = async () => {
    await page.goto('/scan/');
    await ready();
  };
  const list = page.locator('[data-show=list]');
  const verdict = page.locator('[data-part=verdict]');
  const told = (name) => expect(verdict).toHaveAttribute('data-verdict', name);
  const taps = async (address = link, uid = serial) => {
    await page.getByRole('button', { name: words('scan.tap') }).click();
    await says('tap_waiting');
    await page.evaluate(([address, uid]) => self.taps(address, uid), [address, uid]);
  };

  await test.step('a chip is tapped on the page', async () => {
    await opens();
    await taps();
    const answer = page.locator('[data-show=answer]');
    await expect(answer).toContainText(words('state.active'));
    await expect(answer).toContainText(words('link.copy'));
    if (pictures) await remember(page, 'door-tap-vi');
    await taps('https://example.vn/t/7hKq?s=x');
    await says('tap_other');
    for (const [fault, key] of [['NotAllowedError', 'tap_denied'], ['NotSupportedError', 'tap_none'], ['NotReadableError', 'tap_off']]) {
      await opens();
      await page.evaluate((name) => (self.refuses = name), fault);
      await page.getByRole('button', { name: words('scan.tap') }).click();
      await says(key);
    }
    const other = await visits(browser, baseURL, 'en');
    await other.page.goto('/scan/');
    await expect(other.page.getByText(other.t('scan.tap_unable'))).toBeVisible();
    await other.context.close();
  });

  await test.step('without a list nothing is said, and with one it is kept', async () => {
    await opens();
    await context.setOffline(true);
    await taps();
    await told('no-list');
    await context.setOffline(false);
    await opens();
    await page.getByRole('button', { name: words('scan.keep') }).click();
    await expect(list).toHaveText(pattern(words('scan.list_age')), { timeout: 30_000 });
    const scopes = await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => new URL(scope).pathname));
    expect(scopes).toEqual(['/scan/']);
    await page.goto('/sign-in');
    expect(await page.evaluate(() => navigator.serviceWorker.controller), 'no other page passes through it').toBeNull();
    await opens();
    await page.evaluate(() => (document.documentElement.dataset.hydrated = ''));
    await check(page);
    if (pictures) await remember(page, 'door-kept-vi');
  });

  await test.step('with the network cut', async () => {
    await context.setOffline(true);
    await opens();
    await expect(list).toHaveText(pattern(words('scan.list_age')));
    await guard.chooses(front);
    await says('ask_offline');
    await told('unproven');
    if (pictures) await remember(page, 'door-front-vi');
    await guard.chooses(back);
    await says('both');
    await told('genuine');
    if (pictures) await remember(page, 'door-both-vi');
    await taps();
    await told('genuine');
    await expect(verdict).toContainText(words('verdict.genuine_do'));
    if (pictures) await remember(page, 'door-genuine-vi');
    await taps(link, serial.replace(/..$/, (last) => (last === '00' ? '01' : '00')));
    await told('forged');
    if (pictures) await remember(page, 'door-forged-vi');
    await taps(`https://${new URL(baseURL).host}/t?e=${'0'.repeat(32)}&m=${'0'.repeat(16)}`);
    await told('network');
    await page.goto('/scan/?lang=en');
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await expect(page.goto('/sign-in')).rejects.toThrow();
  });

  await test.step('a list that is too old calls nothing genuine', async () => {
    await page.clock.install();
    await page.clock.setFixedTime(Date.now() + 37 * 3_600_000);
    await opens();
    await expect(list).toHaveText(pattern(words('scan.list_old')));
    await taps();
    await told('old-list');
    if (pictures) await remember(page, 'door-old-vi');
    await page.clock.setFixedTime(Date.now() - 3_600_000);
    await opens();
    await taps();
    await told('clock');
    await page.clock.setFixedTime(Date.now());
  });

  await test.step('a locked card stands in the next list', async () => {
    const unit = on(card.officer, t);
    await card.officer.goto(card.card);
    await unit.field('cards.lock_reason').selectOption({ index: 1 });
    await press(card.officer, unit.button('cards.lock'));
    await unit.said('flash.card_locked');
    await expect(async () => {
      await context.setOffline(false);
      await opens();
      await expect(list).toHaveText(pattern(words('scan.list_age')), { timeout: 5_000 });
      await context.setOffline(true);
      await page.clock.setFixedTime(Date.now());
      await opens();
      await taps();
      await expect(verdict).toHaveAttribute('data-verdict', 'locked', { timeout: 3_000 });
    }).toPass({ timeout: 120_000, intervals: [10_000] });
    await guard.chooses(front);
    await told('locked');
    if (pictures) await remember(page, 'door-locked-vi');
  });
});
