// From an empty province to an active card and to one that is void again, with nothing but the interface after the first accounts.
import { carried } from '../support/issued.js';
import { newcomer } from '../support/newcomer.js';
import { clear, congthe, serve, workplace } from '../support/program.js';
import { confirm } from '../support/sign_in.js';
import { expect, press, test } from '../support/test.js';

/** One name for this portal, whatever its port is. */
const CODES = 'http://from-nothing';

test.afterEach(clear);
test.skip(({ pictures }) => !pictures, 'the portal of this journey is on SQLite');

test('one person from the first unit to an active card, and back to a void one', async ({ open, check, browser, t }) => {
  test.setTimeout(600_000);
  const data = workplace()('data');
  const portal = await serve(data, 'nothing');
  await congthe(data, 'province', '--name', 'UBND tỉnh Thử Nghiệm', '--code', 'H57');
  const go = (page, path) => page.goto(`${portal.url}${path}`);

  const welcome = async (login, link) => newcomer(await open(), portal.url, CODES, t, login, link);
  const first = async (login, name, role) => {
    const printed = await congthe(data, 'account', 'add', login, '--name', name, '--role', role, '--unit', 'province', '--decision', '1/QĐ-UBND');
    return welcome(login, printed.split('\n').at(-1));
  };
  const operator = await first('an.nv', 'Nguyễn Văn An', 'system_operator');
  const checker = await first('binh.tt', 'Trần Thị Bình', 'checker');
  const approver = await first('chi.lt', 'Lê Thị Chi', 'approver');
  const sure = (who, button) => confirm(who.page, CODES, t, who.account, button);

  await test.step('the first unit and its people', async () => {
    const { page, does } = checker;
    const paste = async (what, lines) => {
      await go(page, `/import?what=${what}`);
      await page.getByLabel(t('import.text.label')).fill(lines.map((cells) => cells.join('\t')).join('\n'));
      await press(page, does.button('import.check'));
      await press(page, does.main.getByRole('button', { name: t(`import.submit.${what}`, { count: String(lines.length - 1) }), exact: true }));
    };
    await paste('units', [
      ['Loại đơn vị', 'Tên đơn vị', 'Mã đơn vị cấp trên', 'Mã định danh', 'Số quyết định', 'Có hiệu lực từ ngày'],
      ['Cơ quan chuyên môn', 'Sở Thử Nghiệm', '', 'H57.10', '9/QĐ-UBND', '01/07/2025'],
    ]);
    await paste('people', [
      ['Họ và tên', 'Giới tính', 'Ngày sinh', 'Số định danh cá nhân', 'Mã định danh đơn vị', 'Loại biên chế', 'Chức vụ, chức danh'],
      ['Đặng Thị Đầu Tiên', 'Nữ', '22/11/1990', '046190000017', 'H57.10', 'Công chức', 'Chuyên viên'],
    ]);
  });

  const colleague = async (login, name, role, unit) => {
    const { page, does } = operator;
    await go(page, '/settings/accounts/add');
    await does.field('account_form.login').fill(login);
    await does.field('account_form.name').fill(name);
    await sure(operator, does.button('account_form.submit'));
    const link = await page.locator('#link').inputValue();
    await press(page, does.link('activation_link.go'));
    await press(page, does.link('account.propose'));
    await does.field('grant_form.role').selectOption(role);
    await does.field('grant_form.decision').fill('12/QĐ-SNV');
    await does.field('grant_form.unit').fill(unit);
    await press(page, does.button('grant_form.submit'));
    await does.said('flash.grant_proposed');
    await go(approver.page, '/work');
    await press(approver.page, approver.page.locator('.queue').getByRole('link', { name: new RegExp(name) }));
    await sure(approver, approver.does.button('grant.approve'));
    await approver.does.said('flash.grant_approved');
    return welcome(login, link);
  };
  const [officer, head, desk, keeper] = await test.step('colleagues are invited, and their roles approved', async () => [
    await colleague('dung.hr', 'Phạm Thị Dung', 'unit_hr', 'H57.10'),
    await colleague('em.gd', 'Hồ Văn Em', 'unit_head', 'H57.10'),
    await colleague('giang.ct', 'Vũ Thị Giang', 'issuing_operator', ''),
    await colleague('hai.kho', 'Ngô Văn Hải', 'stock_keeper', ''),
  ]);

  await test.step('a lot of blanks comes into the store', async () => {
    const { page, does } = keeper;
    const field = (key) => page.locator('form.form').getByLabel(t(key), { exact: false }).first();
    const choose = (key) => page.getByRole('radio', { name: t(key) }).check();
    await go(page, '/stock/types/add');
    await field('stock.kinds.name').fill('Phôi trắng');
    await field('stock.kinds.code').fill('TR');
    await field('stock.kinds.supplier').fill('Công ty Thẻ');
    await choose('stock.chip.none');
    await page.getByRole('radio', { name: t('stock.interface.none'), exact: true }).check();
    await field('stock.kinds.material').fill('PVC nhiều lớp, lõi trắng');
    await choose('stock.surface.matt');
    await field('stock.kinds.thickness').fill('0,76');
    await field('stock.kinds.appraisal').fill('12/BNV-CCVC');
    await press(page, does.button('stock.kinds.add'));
    await does.said('stock.flash.type_added');
    await go(page, '/stock/places/add');
    await field('stock.places.name').fill('Kho tỉnh');
    await choose('stock.place_kind.store');
    await press(page, does.button('stock.places.add'));
    await does.said('stock.flash.place_added');
    await go(page, '/stock/lots/add');
    await field('stock.lots.kind').selectOption({ index: 1 });
    await field('stock.lots.place').selectOption({ index: 1 });
    await field('stock.lots.number').fill('LÔ-01');
    await field('stock.lots.document').fill('PGH 1');
    await field('stock.lots.stated').fill('10');
    await field('stock.serials.label').fill('TR0001–TR0010');
    await press(page, does.button('stock.lots.add'));
    await does.said('stock.flash.lot_received');
    for (const box of await page.locator('main').getByRole('checkbox').all()) await box.check();
    await press(page, does.button('stock.lots.accept'));
    await does.said('stock.flash.lot_accepted');
  });

  const card = await test.step('the person’s card is asked for, verified, listed, approved and printed', async () => {
    await go(officer.page, '/people');
    const person = await officer.page.locator('main tbody tr').first().getByRole('link').first().getAttribute('href');
    const pages = { officer: officer.page, head: head.page, checker: checker.page, approver: approver.page, desk: desk.page };
    const decide = (button) => sure(approver, button);
    const made = await carried({ ...pages, browser, t, decide, portal: portal.url }, person, 'TR0001');
    await check(desk.page, 'from-nothing-active');
    return made.card;
  });

  await test.step('it is locked, void, and taken back', async () => {
    await go(officer.page, card);
    await officer.does.field('cards.lock_reason').selectOption('card_lost');
    await press(officer.page, officer.does.button('cards.lock'));
    await officer.does.said('flash.card_locked');
    await go(approver.page, card);
    await sure(approver, approver.does.button('cards.invalidate'));
    await approver.does.said('flash.card_invalidated');
    await go(officer.page, card);
    await press(officer.page, officer.does.button('cards.recover'));
    await officer.does.said('flash.card_recovered');
    await go(officer.page, '/work');
    await expect(officer.does.main.getByText('Đặng Thị Đầu Tiên')).toHaveCount(0);
  });

  await test.step('the balance is even, and the audit log is whole', async () => {
    await go(keeper.page, '/stock');
    await check(keeper.page, 'from-nothing-stock');
    const told = JSON.parse(await congthe(data, 'audit', 'verify', '--json'));
    expect(told.ok).toBe(true);
  });
});
