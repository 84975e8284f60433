// Signs in once as each account that a journey uses. A journey that signs out, signs in by itself.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { account } from '../support/accounts.js';
import { statePath } from '../support/places.js';
import { signIn } from '../support/sign_in.js';
import { expect, test } from '../support/test.js';

for (const login of ['kiemtra', 'pheduyet', 'quantri', 'nhatky', 'tochuc', 'thutruong', 'canbo', 'thanhtra', 'baocao', 'capthe', 'thukho', 'chungkien', 'giukhoa', 'giukhoa2', 'giukhoa3', 'thuebao']) {
  test(`${login} signs in`, async ({ open, baseURL, t }) => {
    const page = await open();
    await page.goto('/sign-in');
    await signIn(page, baseURL, t, account(login));
    await expect(page).toHaveURL('/work');
    const path = statePath(baseURL, login);
    mkdirSync(dirname(path), { recursive: true });
    await page.context().storageState({ path });
  });
}
