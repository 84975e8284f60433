// Anybody checks a card: by code and digits, by a chip's fixed link, by a tap. The visitor's browser runs no script.
import { AxeBuilder } from '@axe-core/playwright';
import { account } from '../support/accounts.js';
import { issued } from '../support/issued.js';
import { checkFrame, remember } from '../support/look.js';
import { on } from '../support/offers.js';
import { confirm } from '../support/sign_in.js';
import { blank, somebody } from '../support/taken.js';
import { expect, press, test as base, watch } from '../support/test.js';
import { say } from '../support/words.js';
import { facts, withChip } from '../support/written.js';

const test = base.extend({
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

test('whoever has the card is told its state and whose it is; of a code alone nobody is told anything', async ({ open, browser, baseURL, visitor, t }) => {
  test.slow();
  const person = await somebody(await open('tochuc'), t);
  const { card, officer, approver, desk, name } = await issued({ open, browser, baseURL, t }, person, blank('KC'));
  const { code, citizen, digits } = await facts(desk, t, card);
  const [vi, en] = [await visitor('vi'), await visitor('en')];
  const initials = name.trim().split(' ');
  const masked = [...initials.slice(0, -1).map((syllable) => `${syllable[0]}.`), initials.at(-1)].join(' ');

  await test.step('the code alone, given or not', async () => {
    for (const { page, check } of [vi, en]) {
      const unknown = await (await page.goto('/t/1111')).text();
      const given = await (await page.goto(`/t/${code}`)).text();
      expect(given.replaceAll(code, 'CODE')).toBe(unknown.replaceAll('1111', 'CODE'));
      await check('form');
    }
    await vi.page.goto(`/t/${code}`);
    await press(vi.page, vi.page.getByRole('link', { name: vi.t('check.other_lang') }));
    await expect(vi.page.locator('html')).toHaveAttribute('lang', 'en');
    await vi.page.goto('/t');
    await vi.check('code');
  });

  await test.step('other digits, and a code that nobody has', async () => {
    for (const { asks, alert, t: words, check } of [vi, en]) {
      await asks('1111', digits);
      await expect(alert).toHaveText(words('check.wrong'));
      await asks(code, digits === '0000' ? '0001' : '0000');
      await expect(alert).toHaveText(words('check.wrong'));
      await check('wrong');
    }
  });

  await test.step('the right digits', async () => {
    for (const { finds, page, check } of [vi, en]) {
      await finds({ code, digits }, 'state.active');
      await expect(page.getByText(masked).first()).toBeVisible();
      const html = await page.content();
      for (const hidden of [name.trim(), citizen]) expect(html).not.toContain(hidden);
      const portrait = page.locator('img');
      await expect(portrait).toBeVisible();
      expect(await portrait.evaluate((img) => img.complete && img.naturalWidth)).toBeGreaterThan(0);
      await check('active');
    }
    // typed under the address without a code, as it stands in the QR code
    await en.page.goto('/t');
    await en.page.getByLabel(en.t('check.code')).fill(code);
    await en.sends(digits);
    await expect(en.page.getByRole('status')).toContainText(en.t('state.active'));
  });

  await test.step('what axe knows, with scripts for axe', async () => {
    const page = await open();
    for (const path of [`/t/${code}`, '/t']) {
      await page.goto(path);
      const { violations } = await new AxeBuilder({ page }).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target)}`)).toEqual([]);
    }
  });

  await test.step('locked, no longer valid, back', async () => {
    const told = async (key, picture) => {
      for (const { finds, page, check } of [vi, en]) {
        await finds({ code, digits }, key);
        await expect(page.locator('img')).toHaveCount(0);
        await check(picture);
      }
    };
    const unit = on(officer, t);
    await officer.goto(card);
    await unit.field('cards.lock_reason').selectOption({ index: 1 });
    await press(officer, unit.button('cards.lock'));
    await unit.said('flash.card_locked');
    await told('state.locked', 'locked');
    await approver.goto(card);
    await confirm(approver, baseURL, t, account('pheduyet'), on(approver, t).button('cards.invalidate'));
    await told('state.expired', 'expired');
    await officer.goto(card);
    await press(officer, unit.button('cards.recover'));
    await unit.said('flash.card_recovered');
    await told('state.recovered', 'recovered');
  });
});

// the simulated EV3 has no signature of its maker, so that no desk writes it: genuine, copied and old taps are in server/tests/public
test('a tap that no card of the province made is no card of the province', async ({ visitor }) => {
  for (const lang of ['vi', 'en']) {
    const { page, t: words, check, alert } = await visitor(lang);
    for (const query of [`e=${'0A'.repeat(16)}&m=${'F1'.repeat(8)}`, 'e=0&m=0', 'e=%00']) {
      await page.goto(`/t?${query}`);
      await expect(alert).toContainText(words('tap.unknown'));
      await expect(page.getByLabel(words('check.code'))).toBeVisible();
    }
    await check('tap-unknown');
  }
});

test('the fixed link of an older chip is told to be one that can be copied', async ({ open, browser, baseURL, visitor, t }) => {
  test.slow();
  const { link, code, digits } = await withChip({ open, browser, baseURL, t });
  expect(link).toMatch(new RegExp(`^/t/${code}\\?s=[\\w-]{86}$`));
  for (const { page, t: words, check, finds, alert } of [await visitor('vi'), await visitor('en')]) {
    await finds({ code, digits }, 'state.active');
    await page.goto(link);
    await expect(page.getByRole('status')).toContainText(words('state.active'));
    await expect(page.getByText(words('link.copy'))).toBeVisible();
    await check('link');
    const tampered = link.replace(/s=./, (start) => (start === 's=A' ? 's=B' : 's=A'));
    for (const other of [tampered, link.replace(code, '1111')]) {
      await page.goto(other);
      await expect(alert).toHaveText(words('link.unproven'));
      await expect(page.getByRole('status')).toHaveCount(0);
    }
    await check('link-tampered');
  }
});

test('a program with a key is told states, until the key is withdrawn @nojs', async ({ open, check, baseURL, playwright, t }) => {
  const operator = await open('quantri');
  const makes = on(operator, t);
  await operator.goto('/settings/accounts');
  await press(operator, makes.link('accounts.programs'));
  await check(operator, 'programs');
  const empty = await confirm(operator, baseURL, t, account('quantri'), makes.button('programs.add_submit'));
  expect(empty.status()).toBe(422);
  await check(operator, 'programs-wrong');
  for (const link of await operator.getByRole('alert').getByRole('link').all()) {
    await expect(operator.locator(await link.getAttribute('href')), 'each fault leads to its field').toHaveCount(1);
  }
  const name = `Cửa trụ sở ${Date.now()}`;
  await makes.field('programs.name').fill(name);
  for (const scope of ['programs.scope_status', 'programs.scope_list']) await makes.field(scope).check();
  await confirm(operator, baseURL, t, account('quantri'), makes.button('programs.add_submit'));
  await expect(makes.heading(t('programs.made_title'))).toBeVisible();
  await check(operator, 'program-key');
  const key = await makes.field('programs.key').inputValue();
  expect(key).toMatch(/^congthe_[\w-]{43}$/);

  const program = await playwright.request.newContext({ baseURL, extraHTTPHeaders: { authorization: `Bearer ${key}` } });
  const until = (status) =>
    expect.poll(async () => (await program.get('/api/v1/status/1111')).status(), { timeout: 10_000 }).toBe(status);
  await until(200);
  expect(await (await program.get('/api/v1/status/1111')).json()).toEqual({ code: '1111', state: 'unknown', since: null });
  const many = await (await program.post('/api/v1/status', { data: { codes: ['1111', 'x'] } })).json();
  expect(many.cards.map(({ state }) => state)).toEqual(['unknown', 'unknown']);

  await press(operator, makes.link('programs.go'));
  await expect(makes.row(name)).toContainText(t('programs.good'));
  await expect(operator.locator('body')).not.toContainText(key);
  const choice = await makes.field('programs.which').locator('option').filter({ hasText: name }).getAttribute('value');
  await makes.field('programs.which').selectOption(choice);
  await confirm(operator, baseURL, t, account('quantri'), makes.button('programs.withdraw'));
  await makes.said('flash.program_withdrawn');
  await expect(makes.row(name)).toContainText(t('programs.withdrawn'));
  await until(401);
  await program.dispose();
});
