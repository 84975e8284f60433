// The way that a working day takes: sign in, the work queue, a search, a person, their unit, sign out.
import { account } from '../support/accounts.js';
import { signIn } from '../support/sign_in.js';
import { expect, press, test } from '../support/test.js';
import { pattern } from '../support/words.js';

const folded = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase();

for (const [lang, login] of [
  ['vi', 'kiemtra'],
  ['en', 'tochuc'],
]) {
  test.describe(lang, () => {
    test.use({ lang });

    test('sign in, work queue, search, person, unit, sign out @nojs', async ({ open, check, baseURL, t }) => {
      const page = await open();
      const heading = (name) => page.getByRole('heading', { level: 1, name });
      // people stand in the last table: units of the same name come before
      const people = page.locator('main table').last().locator('tbody tr');

      await page.goto('/work');
      await expect(page).toHaveURL('/sign-in?next=%2Fwork');
      await expect(page.locator('html')).toHaveAttribute('lang', lang);
      await check(page);
      await signIn(page, baseURL, t, account(login));

      await expect(page).toHaveURL('/work');
      await expect(heading(t('work.title'))).toBeVisible();
      await expect(page.getByRole('heading', { level: 2, name: t('work.correct_people') })).toBeVisible();
      await expect(page.getByText(pattern(t('part.queue.waiting'))).first()).toBeVisible();
      await check(page);

      await test.step('search without tones, from the header', async () => {
        await page.getByRole('combobox', { name: t('shell.find.label') }).fill('nguyen');
        await press(page, page.getByRole('button', { name: t('shell.find.button'), exact: true }).first());
        await expect(page).toHaveURL('/people?q=nguyen');
        await expect(heading(t('people.title'))).toBeVisible();
        for (const name of await people.getByRole('rowheader').allTextContents()) {
          expect(folded(name)).toContain('nguyen');
        }
        await check(page);
      });

      const search = async (text) => {
        await page.locator('main').getByLabel(t('people.q')).fill(text);
        await press(page, page.locator('main').getByRole('button', { name: t('people.submit'), exact: true }));
        await expect(page.locator('main').getByLabel(t('people.q'))).toHaveValue(text);
        return people.getByRole('rowheader').allTextContents();
      };
      await test.step('with tones and without', async () => {
        const toned = await search('Đặng');
        const toneless = await search('dang');
        expect(toned.length).toBeGreaterThan(0);
        expect(toned.every((name) => name.includes('Đặng'))).toBe(true);
        expect(toneless).toEqual(expect.arrayContaining(toned));
      });

      const code = await people.first().locator('.code').first().textContent();
      const [name, ...others] = await search(code);
      expect(others).toEqual([]);
      await press(page, people.first().getByRole('link'));

      await expect(heading(name)).toBeVisible();
      await expect(page.getByText(code).first()).toBeVisible();
      await check(page);
      const unit = page.locator('.person-head').getByRole('link').first();
      const unitName = await unit.textContent();
      await press(page, unit);

      await expect(heading(unitName)).toBeVisible();
      await expect(page.getByRole('heading', { level: 2, name: t('unit.posts') })).toBeVisible();
      await check(page);

      await press(page, page.getByRole('button', { name: t('shell.sign_out') }));
      await expect(page).toHaveURL('/sign-in');
      await expect(page.getByRole('status').getByText(t('flash.signed_out'))).toBeVisible();
      await page.goto('/work');
      await expect(page).toHaveURL('/sign-in?next=%2Fwork');
    });
  });
}

test('a session that has ended leads to the sign-in page, whatever was pressed @nojs', async ({ open, check, t }) => {
  const page = await open('kiemtra');
  const end = () => page.context().clearCookies({ name: '__Host-congthe-session' });
  await page.goto('/units?q=H57.10');
  await press(page, page.getByRole('rowheader').getByRole('link').first());
  await press(page, page.locator('main').getByRole('link', { name: t('unit.change') }));
  const address = new URL(page.url()).pathname;
  const session = await page.context().cookies();
  await end();
  await press(page, page.getByRole('button', { name: t('form.save') }));
  await expect(page).toHaveURL(`/sign-in?next=${encodeURIComponent(address)}`);
  await expect(page.getByRole('status').getByText(t('flash.session_over'))).toBeVisible();
  await check(page, 'session-over');

  await page.context().addCookies(session);
  await page.goto('/work');
  await end();
  await press(page, page.getByRole('button', { name: t('shell.sign_out') }));
  await expect(page).toHaveURL('/sign-in');
  await expect(page.getByRole('status').getByText(t('flash.signed_out'))).toBeVisible();
});
