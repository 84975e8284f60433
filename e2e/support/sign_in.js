import { withCode } from './code.js';
import { expect, press } from './test.js';

/** Signs in from the sign-in page on: password, then the code where the account has one. */
export async function signIn(page, portal, t, account) {
  await page.getByLabel(t('sign_in.login')).fill(account.login);
  await page.getByLabel(t('sign_in.password')).fill(account.password);
  await press(page, page.getByRole('button', { name: t('sign_in.submit') }));
  if (account.totp_secret) {
    await expect(page.getByRole('heading', { level: 1, name: t('sign_in.code.title') })).toBeVisible();
    await withCode(portal, account, async (code) => {
      await page.getByLabel(t('sign_in.code.label')).fill(code);
      await press(page, page.getByRole('button', { name: t('sign_in.code.submit') }));
    });
  }
}

/**
 * Presses what decides, and shows the second factor once more where the form asks for it: at once, or only after the press
 * since the five minutes ran out with the page open. The last answer.
 */
export async function confirm(page, portal, t, account, submit) {
  const field = page.getByLabel(t('part.confirm.label'), { exact: true });
  if ((await field.count()) === 0) {
    const answer = await press(page, submit);
    if ((await field.count()) === 0) return answer;
  }
  return withCode(portal, account, async (code) => {
    await field.fill(code);
    return press(page, submit);
  });
}
