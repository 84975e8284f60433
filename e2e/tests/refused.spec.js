// What goes wrong is said in words, with the right status, and nothing typed is lost.
import { expect, press, test } from '../support/test.js';
import { containing, pattern } from '../support/words.js';

const nobody = () => `khong.co.${Date.now().toString(36)}`;

test('a wrong password is told beside its field, and the login stays @nojs', async ({ open, check, t }) => {
  const page = await open();
  const login = nobody();
  await page.goto('/sign-in?next=%2Funits');
  await page.getByLabel(t('sign_in.login')).fill(login);
  await page.getByLabel(t('sign_in.password')).fill('không phải mật khẩu này');
  const answer = await press(page, page.getByRole('button', { name: t('sign_in.submit') }));
  expect(answer.status()).toBe(422);

  await expect(page).toHaveTitle(t('shell.title_failed', { title: t('sign_in.title') }));
  const password = page.getByLabel(t('sign_in.password'));
  await expect(password).toHaveAccessibleDescription(containing(t('fault.credentials')));
  await expect(password).toHaveAttribute('aria-invalid', 'true');
  await expect(password).toHaveValue('');
  await expect(page.getByLabel(t('sign_in.login'))).toHaveValue(login);
  await expect(page.locator('input[name=next]')).toHaveValue('/units');
  await expect(page.getByRole('alert')).toBeFocused();
  await page.getByRole('alert').getByRole('link', { name: t('fault.credentials') }).click();
  await expect(password).toBeFocused();
  await check(page, 'sign-in-wrong');
});

test('each further failure has to wait longer, and is told for how many seconds @nojs', async ({ open, check, t }) => {
  const page = await open();
  const login = nobody();
  await page.goto('/sign-in');
  const guess = async () => {
    await page.getByLabel(t('sign_in.login')).fill(login);
    await page.getByLabel(t('sign_in.password')).fill('đoán mò');
    return (await press(page, page.getByRole('button', { name: t('sign_in.submit') }))).status();
  };
  const wait = async () => {
    const text = await page.getByRole('alert').textContent();
    expect(text).toMatch(pattern(t('failure.too_many.text')));
    await expect(page.locator('.field.wrong')).toHaveCount(0);
    return Number(text.match(/\d+/)[0]);
  };

  for (let free = 0; free < 3; free++) expect(await guess()).toBe(422);
  expect(await guess()).toBe(429);
  const first = await wait();
  await expect(page.getByLabel(t('sign_in.login'))).toHaveValue(login);
  await check(page, 'sign-in-wait');
  await page.waitForTimeout(first * 1000);
  expect(await guess()).toBe(422);
  expect(await guess()).toBe(429);
  expect(await wait()).toBeGreaterThan(first);
});

for (const lang of ['vi', 'en']) {
  test.describe(lang, () => {
    test.use({ lang });

    test('an unknown address has a page with a way back @nojs', async ({ open, check, t }) => {
      const page = await open('canbo');
      const answer = await page.goto('/people-of-the-moon');
      expect(answer.status()).toBe(404);
      await expect(page.getByRole('heading', { level: 1, name: t('failure.not_found.title') })).toBeVisible();
      await expect(page.getByText(t('failure.not_found.text'))).toBeVisible();
      await press(page, page.getByRole('link', { name: t('failure.back') }));
      await expect(page).toHaveURL('/work');
    });

    test('a spent, a mistyped and a made-up activation link say so @nojs', async ({ open, check, t }) => {
      const page = await open();
      for (const link of ['abc', 'A'.repeat(43), '%F0%9F%92%A5']) {
        const answer = await page.goto(`/activate/${link}`);
        expect(answer.status()).toBe(409);
        await expect(page.getByText(t('failure.refused.link_spent'))).toBeVisible();
      }
      await check(page);
    });
  });
}

test('a page that the role does not reach says what to do', async ({ open, check, t }) => {
  const page = await open('canbo');
  const answer = await page.goto('/audit');
  expect(answer.status()).toBe(403);
  await expect(page.getByRole('heading', { level: 1, name: t('failure.forbidden.title') })).toBeVisible();
  await check(page);
});

test('an oversized body is refused in words', async ({ page }) => {
  await page.goto('/sign-in');
  const [status, text] = await page.evaluate(async () => {
    const answer = await fetch('/sign-in', { method: 'POST', body: new Blob([new Uint8Array(17 << 20)]) });
    return [answer.status, await answer.text()];
  });
  expect(status).toBe(413);
  expect(text).toMatch(/quá lớn.*too large/s);
});

test('a form of another site is refused in words', async ({ request }) => {
  const headers = { origin: 'https://example.org' };
  const answer = await request.post('/sign-in', { form: { login: 'x', password: 'x' }, headers });
  expect(answer.status()).toBe(403);
  expect(await answer.text()).toContain('không đến từ trang của Cổng Thẻ');
});

test('wrong types in an address lead nowhere, not to a fault', async ({ open }) => {
  const page = await open('kiemtra');
  for (const address of ['/people/x', '/people/99999999999999999999', '/units/-1', '/units/0/change']) {
    expect((await page.goto(address)).status(), address).toBe(404);
  }
  for (const address of ['/people?page=x', '/people?page=-7', '/people?unit=x', '/people?kind=x', '/people?q=%FF%00"\'%']) {
    expect((await page.goto(address)).status(), address).toBe(200);
  }
});
