// Where the province asks for it, a second person looks at what was read back from a chip before the card becomes active. A portal of its own: the
// rule would stop the cards of other journeys.
import { readFileSync } from 'node:fs';
import { manyKeyed, says } from '../support/chips.js';
import { carried } from '../support/issued.js';
import { on } from '../support/offers.js';
import { clear, congthe, serve, workplace } from '../support/program.js';
import { plugIn } from '../support/readers.js';
import { confirm, signIn } from '../support/sign_in.js';
import { expect, press, test } from '../support/test.js';

/** One name for this portal, whatever its port is. */
const CODES = 'http://witness';

test.afterEach(clear);
test.skip(({ pictures }) => !pictures, 'the portal of this journey is on SQLite');

test('a card waits for a second person, who is not its operator', async ({ open, check, browser, t }) => {
  test.setTimeout(600_000);
  const place = workplace();
  const [data, file] = [place('data'), place('accounts.json')];
  await congthe(data, 'demo', '--people', '600', '--seed', '2', '--accounts', file);
  const portal = await serve(data, 'witness');
  const accounts = JSON.parse(readFileSync(file, 'utf8'));
  const as = async (login) => {
    const page = await open();
    await page.goto(`${portal.url}/sign-in`);
    await signIn(page, CODES, t, accounts.find((account) => account.login === login));
    return page;
  };
  const [officer, head, checker, approver, desk, keeper] = [await as('tochuc'), await as('thutruong'), await as('kiemtra'), await as('pheduyet'), await as('capthe'), await as('thukho')];
  const sure = (page, login, button) => confirm(page, CODES, t, accounts.find((account) => account.login === login), button);

  await approver.goto(`${portal.url}/rules`);
  await press(approver, on(approver, t).button('rules.witness_start'));
  await on(approver, t).said('flash.rule_set');
  await check(approver, 'rules-witness');

  const [holds] = await manyKeyed(keeper, t, 1, { portal: portal.url });

  const makes = on(desk, t);
  const between = async () => {
    await plugIn(desk, [{ model: 'pn533', holds }]);
    await desk.reload();
    await expect(desk.getByText(t('witness.waits'))).toBeHidden();
    await desk.getByRole('button', { name: t('reader.choose') }).click();
    await says(desk, 'chip-issued');
    await expect(desk.getByText(t('witness.waits'))).toBeVisible();
    await expect(makes.button('issue.confirm')).toHaveCount(0);
    await check(desk, 'chip-waits-for-witness');
    const witness = await as('chungkien');
    const sees = on(witness, t);
    await check(witness, 'work-witness');
    await witness.goto(`${portal.url}/witness`);
    await check(witness, 'witness-list');
    await press(witness, witness.locator('main tbody tr').first().getByRole('link'));
    await expect(sees.main.getByText(t('witness.fits'))).toBeVisible();
    await check(witness, 'witness');
    await sure(witness, 'chungkien', sees.button('witness.confirm'));
    await sees.said('flash.chip_witnessed');
    await desk.reload();
  };
  await officer.goto(`${portal.url}/people`);
  const rows = officer.locator('main tbody tr').filter({ hasNotText: t('people.to_complete') });
  const person = await rows.nth(3).getByRole('link').first().getAttribute('href');
  const decide = (button) => sure(approver, 'pheduyet', button);
  await carried({ browser, t, officer, head, checker, approver, desk, decide, portal: portal.url, between }, person, 'PH001701');
});
