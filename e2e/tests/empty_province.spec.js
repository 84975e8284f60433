// From nothing: the province and the first accounts on the server, units and people in the browser; then a backup of the
// running portal, restored into an empty place where the same people sign in and find the same.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { withCode } from '../support/code.js';
import { clear, congthe, serve, workplace } from '../support/program.js';
import { signIn } from '../support/sign_in.js';
import { expect, press, test } from '../support/test.js';

const PASSWORD = 'sông Hương chảy qua kinh thành';
const ROLES = { 'an.nv': 'system_operator', 'binh.tt': 'checker', 'chi.lt': 'approver', 'dung.pv': 'auditor' };

/** One name for both portals: the second knows which codes the first has seen. */
const CODES = 'http://empty-province';

test.afterEach(clear);
test.skip(({ pictures }) => !pictures, 'the portal of this journey is on SQLite');

test('an empty province begins, is backed up and restored', async ({ open, check, t }) => {
  test.setTimeout(240_000);
  const folder = workplace();
  const data = folder('data');
  let portal = await serve(data, 'empty');
  const page = await open();
  const main = page.locator('main');
  const go = (path) => page.goto(`${portal.url}${path}`);
  const button = (name) => main.getByRole('button', { name, exact: true });
  const step = (key) => main.getByRole('listitem').filter({ hasText: t(`start.${key}`) });
  const signOut = () => press(page, page.getByRole('button', { name: t('shell.sign_out') }));
  const checker = { login: 'binh.tt', password: PASSWORD };

  await test.step('whoever comes first is told how to begin', async () => {
    await go('/');
    await expect(page).toHaveURL(`${portal.url}/start`);
    await expect(step('province')).toContainText(t('start.next'));
    await expect(step('province')).toContainText('congthe province --name');
    await check(page, 'start-empty');
  });

  const links = await test.step('the commands of the page work as they stand', async () => {
    await congthe(data, 'province', '--name', 'UBND tỉnh Thử Nghiệm', '--code', 'H57');
    await page.reload();
    await expect(step('province')).toContainText(t('start.done'));
    const shown = (await step('accounts').locator('pre').textContent()).split('\n');
    expect(shown.map((line) => line.split(' ')[3])).toEqual(Object.keys(ROLES));
    const links = {};
    for (const line of shown) {
      const [, ...args] = line.match(/"[^"]*"|\S+/g).map((word) => word.replaceAll('"', ''));
      const printed = await congthe(data, ...args);
      links[args[2]] = new URL(printed.split('\n').at(-1)).pathname;
    }
    const listed = await congthe(data, 'account', 'list');
    for (const [login, role] of Object.entries(ROLES)) expect(listed).toMatch(new RegExp(`${login} .*${role}`));
    await page.reload();
    await expect(step('accounts')).toContainText(t('start.done'));
    await expect(step('units')).toContainText(t('start.next'));
    await check(page, 'start-accounts');
    return links;
  });

  await test.step('the checker activates the account and sets up the second factor', async () => {
    await go(links[checker.login]);
    await main.getByLabel(t('activate.password'), { exact: true }).fill(PASSWORD);
    await main.getByLabel(t('activate.repeat')).fill(PASSWORD);
    await press(page, button(t('activate.submit')));
    await signIn(page, CODES, t, checker);
    checker.totp_secret = await page.locator('main span.code').textContent();
    await withCode(CODES, checker, async (code) => {
      await main.getByLabel(t('enrol.code')).fill(code);
      await press(page, button(t('enrol.submit')));
    });
    await press(page, main.getByRole('link', { name: t('recovery.go') }));
    await expect(page.getByRole('heading', { level: 1, name: t('work.title') })).toBeVisible();
    await expect(main.getByRole('link', { name: t('work.start') })).toHaveAttribute('href', '/start');
    await check(page, 'start-work');
  });

  await test.step('an empty province says on every page how to go on', async () => {
    await go('/people');
    await expect(main.getByRole('link', { name: t('people.empty_import') })).toHaveAttribute('href', '/import?what=people');
    await check(page, 'start-people');
    await go('/units');
    await check(page, 'start-units');
  });

  const paste = async (lines) => {
    await page.getByLabel(t('import.text.label')).fill(lines.map((cells) => cells.join('\t')).join('\n'));
    await press(page, button(t('import.check')));
  };
  await test.step('units, then people, are imported as the guide leads', async () => {
    await go('/start');
    await press(page, main.getByRole('link', { name: t('start.import_units') }));
    const heads = ['Loại đơn vị', 'Tên đơn vị', 'Mã đơn vị cấp trên', 'Mã định danh', 'Số quyết định', 'Có hiệu lực từ ngày'];
    await paste([heads, ['Cơ quan chuyên môn', 'Sở Thử Nghiệm', '', 'H57.10', '9/QĐ-UBND', '01/07/2025']]);
    await press(page, button(t('import.submit.units', { count: '1' })));

    await go('/start');
    await expect(step('units')).toContainText(t('start.done'));
    await press(page, main.getByRole('link', { name: t('start.import_people') }));
    const person = ['Họ và tên', 'Giới tính', 'Ngày sinh', 'Mã định danh đơn vị', 'Loại biên chế'];
    await paste([person, ['Đặng Thị Đầu Tiên', 'Nữ', '22/11/1990', 'H57.10', 'Công chức']]);
    await press(page, button(t('import.submit.people', { count: '1' })));

    await go('/start');
    await expect(main.getByText(t('start.done'), { exact: true })).toHaveCount(4);
    await check(page, 'start-done');
  });

  await test.step('the running portal is backed up, and restored into an empty place', async () => {
    await signOut();
    await congthe(data, 'backup', '--to', folder('backup'));
    expect(await portal.stop()).toBe(0);
    const restored = folder('restored');
    await congthe(restored, 'restore', '--from', folder('backup'));
    copyFileSync(join(data, 'vault.key'), join(restored, 'vault.key'));
    const [before, after] = await Promise.all([data, restored].map((place) => congthe(place, 'audit', 'verify', '--json')));
    expect(JSON.parse(after)).toEqual(JSON.parse(before));
    await expect(congthe(restored, 'restore', '--from', folder('backup'))).rejects.toThrow(/empty|not empty/);
    portal = await serve(restored, 'restored');
  });

  await test.step('there the same person signs in with the same factors and finds the same', async () => {
    await go('/sign-in');
    await signIn(page, CODES, t, checker);
    await go('/people?q=dang');
    await expect(main.getByRole('row').filter({ hasText: 'Đặng Thị Đầu Tiên' })).toContainText('57.00001');
    await signOut();
  });
});
