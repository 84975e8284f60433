// A province comes as it is: its units and all of its people in two files, and the same files once more.
import { newcomer } from '../support/newcomer.js';
import { DATABASE, clear, congthe, serve, workplace } from '../support/program.js';
import { expect, press, test } from '../support/test.js';

/** As many as the province of the plan has (oracles: units and people), the province itself among the units. */
const [UNITS, PEOPLE] = [956, 30_121];
const CODES = 'http://whole-province';

test.afterEach(clear);

test('956 units and 30,121 people are imported, and not twice', async ({ open, check, t }) => {
  test.setTimeout(600_000);
  const data = workplace()('data');
  await congthe(data, 'province', '--name', 'UBND tỉnh Thử Nghiệm', '--code', 'H57', ...DATABASE);
  const printed = await congthe(data, 'account', 'add', 'binh.tt', '--name', 'Trần Thị Bình', '--role', 'checker', '--unit', 'province', '--decision', '1/QĐ-UBND', ...DATABASE);
  const portal = await serve(data, 'whole', {}, DATABASE);
  const { page, does } = await newcomer(await open(), portal.url, CODES, t, 'binh.tt', printed.split('\n').at(-1));

  const agencies = Array.from({ length: 15 }, (_, n) => ['Cơ quan chuyên môn', `Sở Thứ ${n + 1}`, '', `H57.${n + 10}`]);
  const below = Array.from({ length: UNITS - 1 - agencies.length }, (_, n) => {
    const parent = agencies[n % agencies.length][3];
    return ['Đơn vị trực thuộc cơ quan', `Trung tâm Thứ ${n + 1}`, parent, `${parent}.${n + 1}`];
  });
  const units = [...agencies, ...below].map((cells) => [...cells, '9/QĐ-UBND', '01/07/2025']);
  const middle = ['Thị Minh', 'Thị Thu', 'Thị Kim', 'Thị Ngọc'];
  const people = Array.from({ length: PEOPLE }, (_, n) => {
    const name = `Nguyễn ${middle[n % middle.length]} ${['Anh', 'Bình', 'Châu', 'Dung', 'Đào'][n % 5]}`;
    return [name, 'Nữ', '22/11/1990', `046190${String(n).padStart(6, '0')}`, units[n % units.length][3], 'Viên chức', 'Giáo viên'];
  });
  const files = {
    units: [['Loại đơn vị', 'Tên đơn vị', 'Mã đơn vị cấp trên', 'Mã định danh', 'Số quyết định', 'Có hiệu lực từ ngày'], ...units],
    people: [['Họ và tên', 'Giới tính', 'Ngày sinh', 'Số định danh cá nhân', 'Mã định danh đơn vị', 'Loại biên chế', 'Chức vụ, chức danh'], ...people],
  };
  const hand_in = async (what) => {
    await page.goto(`${portal.url}/import?what=${what}`);
    const buffer = Buffer.from(files[what].map((cells) => cells.map((cell) => `"${cell}"`).join(',')).join('\r\n'));
    await page.getByLabel(t('import.file.label')).setInputFiles({ name: `${what}.csv`, mimeType: 'text/csv', buffer });
    const answer = await press(page, does.button('import.check'));
    expect(answer.status()).toBe(200);
  };
  const grouped = (count) => count.toLocaleString('vi-VN');

  for (const [what, count] of [['units', UNITS - 1], ['people', PEOPLE]]) {
    await test.step(`${count} ${what}`, async () => {
      await hand_in(what);
      await expect(page.getByText(t('import.result.good'))).toBeVisible();
      await press(page, does.main.getByRole('button', { name: t(`import.submit.${what}`, { count: grouped(count) }), exact: true }));
      const told = { new: grouped(count), changed: '0', existing: '0', faulty: '0' };
      // what takes longer is told on a page that renews itself
      await expect(page.getByRole('status').getByText(t(`flash.${what}_imported`, told))).toBeVisible({ timeout: 240_000 });
      await check(page, `whole-${what}`);
      await hand_in(what);
      await expect(page.getByText(t('import.result.nothing'))).toBeVisible();
    });
  }

  await test.step('everybody is there, once', async () => {
    await page.goto(`${portal.url}/people`);
    await expect(does.main.getByText(t('people.numbers', { given: grouped(PEOPLE), left: grouped(99_999 - PEOPLE) }))).toBeVisible();
    await check(page, 'whole-list');
    await page.goto(`${portal.url}/people?q=046190030120`);
    await expect(does.main.locator('tbody tr')).toHaveCount(1);
    const told = JSON.parse(await congthe(data, 'audit', 'verify', '--json', ...DATABASE));
    expect(told.ok).toBe(true);
  });
});
