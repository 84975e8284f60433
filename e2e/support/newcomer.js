// Who has just been given an account.
import { withCode } from './code.js';
import { on } from './offers.js';
import { signIn } from './sign_in.js';
import { press } from './test.js';

const PASSWORD = 'sông Hương chảy qua kinh thành';

/** Follows the activation link, sets up the second factor where the role asks for one, and stays signed in. `codes` names the portal. */
export async function newcomer(page, portal, codes, t, login, link) {
  const does = on(page, t);
  const account = { login, password: PASSWORD };
  await page.goto(`${portal}${new URL(link).pathname}`);
  await does.field('activate.password').fill(PASSWORD);
  await does.field('activate.repeat').fill(PASSWORD);
  await press(page, does.button('activate.submit'));
  await signIn(page, codes, t, account);
  if (new URL(page.url()).pathname === '/second-factor') {
    account.totp_secret = await page.locator('main span.code').textContent();
    await withCode(codes, account, async (code) => {
      await does.field('enrol.code').fill(code);
      await press(page, does.button('enrol.submit'));
    });
  }
  return { page, account, does };
}
