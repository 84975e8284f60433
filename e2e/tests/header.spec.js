// What stands around every page: quick search, colours, language; and no module where nothing needs one.
import { expect, press, test } from '../support/test.js';

test('quick search offers people and units while one types', async ({ open, check, t }) => {
  const page = await open('kiemtra');
  await page.goto('/work');
  await expect(page.locator('html')).toHaveAttribute('data-hydrated', '');
  const box = page.getByRole('combobox', { name: t('shell.find.label') });
  const hits = page.getByRole('listbox').getByRole('option');

  await page.keyboard.press('Control+k');
  await expect(box).toBeFocused();
  await box.pressSequentially('so noi');
  await expect(hits.first()).toBeVisible();
  await expect(box).toHaveAttribute('aria-expanded', 'true');
  await check(page, 'quick-find');
  await page.keyboard.press('Escape');
  await expect(hits.first()).toBeHidden();

  await box.fill('so noi vu');
  await expect(hits.filter({ hasText: 'Sở Nội vụ' }).first()).toBeVisible();
  await page.keyboard.press('ArrowDown');
  const chosen = hits.first();
  await expect(chosen).toHaveAttribute('aria-selected', 'true');
  await expect(box).toHaveAttribute('aria-activedescendant', await chosen.getAttribute('id'));
  const address = await chosen.getAttribute('href');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(address);
  await expect(page.locator('html')).toHaveAttribute('data-hydrated', '');

  await page.getByRole('combobox').fill('zzzzz');
  await expect(page.getByText(t('shell.find.empty'))).toBeVisible();
  await page.getByRole('combobox').fill('dang');
  await expect(hits.first()).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL('/people?q=dang');
});

test('colours and language are remembered @nojs', async ({ open, t }) => {
  const page = await open('canbo', { language: 'vi' });
  const html = page.locator('html');
  await page.goto('/me');
  await expect(html).toHaveAttribute('data-theme', 'system');
  const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const day = await ground();
  await press(page, page.getByRole('button', { name: t('shell.theme.dark') }));
  await expect(page).toHaveURL('/me');
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await expect(page.getByRole('button', { name: t('shell.theme.dark') })).toHaveAttribute('aria-pressed', 'true');
  expect(await ground()).not.toBe(day);

  await press(page, page.getByRole('button', { name: t('shell.language.other') }));
  await expect(page).toHaveURL('/me');
  await expect(html).toHaveAttribute('lang', 'en');
  await page.goto('/work');
  await expect(html).toHaveAttribute('lang', 'en');
  await expect(html).toHaveAttribute('data-theme', 'dark');
  await expect(page.getByRole('heading', { level: 1, name: 'My work' })).toBeVisible();
  await press(page, page.getByRole('button', { name: 'Tiếng Việt' }));
  await expect(html).toHaveAttribute('lang', 'vi');
});

test('on a telephone the places are behind one button @nojs', async ({ open, check, t }) => {
  const page = await open('kiemtra', { viewport: { width: 360, height: 700 } });
  await page.goto('/work');
  const places = page.getByRole('navigation', { name: t('shell.nav') });
  await expect(places).toBeHidden();
  await page.getByText(t('shell.menu'), { exact: true }).click();
  await expect(places.getByRole('link', { name: t('nav.units') })).toBeVisible();
  await check(page, 'menu-open');
  await press(page, places.getByRole('link', { name: t('nav.units') }));
  await expect(places).toBeHidden();
});

test('the skip link leads past the navigation', async ({ open, t }) => {
  const page = await open('kiemtra');
  await page.goto('/units');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: t('shell.skip') })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toBeFocused();
});

test('a page without islands loads no module', async ({ open }) => {
  const page = await open();
  const loaded = [];
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  await page.goto('/sign-in', { waitUntil: 'networkidle' });
  await expect(page.locator('html')).toHaveAttribute('data-hydrated', '');
  expect(loaded.filter((path) => /\.(js|wasm)$/.test(path))).toEqual([]);
});

test('a page with islands loads the module once, compressed and for good', async ({ open }) => {
  const page = await open('canbo');
  const loaded = [];
  page.on('response', (response) => loaded.push(response));
  await page.goto('/work');
  await expect(page.locator('html')).toHaveAttribute('data-hydrated', '');
  const modules = loaded.filter((response) => response.url().endsWith('.wasm'));
  expect(modules).toHaveLength(1);
  const { 'content-type': type, 'content-encoding': coding, 'cache-control': kept } = modules[0].headers();
  expect([type, coding]).toEqual(['application/wasm', 'br']);
  expect(kept).toContain('immutable');
});
