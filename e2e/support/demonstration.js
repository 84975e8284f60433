// A demonstration of a journey's own, on SQLite: what it does to rules or keys would stop other journeys, or theirs it.
import { readFileSync } from 'node:fs';
import { congthe, serve, workplace } from './program.js';
import { confirm, signIn } from './sign_in.js';

/** `as`: a page on which that account is signed in. `sure`: presses a button that takes the account's second factor. `clear` of `program.js` ends it. */
export async function demonstration(open, t, name) {
  const place = workplace();
  const [data, file] = [place('data'), place('accounts.json')];
  await congthe(data, 'demo', '--people', '600', '--seed', '2', '--accounts', file);
  const { url } = await serve(data, name);
  const accounts = JSON.parse(readFileSync(file, 'utf8'));
  const known = (login) => accounts.find((account) => account.login === login);
  // one name for its codes, whatever its port is
  const codes = `http://${name}`;
  return {
    url,
    async as(login) {
      const page = await open();
      await page.goto(`${url}/sign-in`);
      await signIn(page, codes, t, known(login));
      return page;
    },
    /** The page of somebody who may be asked a card for. */
    async somebody(officer, nth) {
      await officer.goto(`${url}/people`);
      const rows = officer.locator('main tbody tr').filter({ hasNotText: t('people.to_complete') });
      return rows.nth(nth).getByRole('link').first().getAttribute('href');
    },
    sure: (page, login, button) => confirm(page, codes, t, known(login), button),
  };
}
