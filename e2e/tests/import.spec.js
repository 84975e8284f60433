// The first import: tables pasted from a spreadsheet, checked, corrected, imported; or chosen as a file.
import { expect, press, test } from '../support/test.js';
import { containing } from '../support/words.js';

test('two units and two people are pasted, checked, corrected and imported @nojs', async ({ open, check, t }) => {
  const page = await open('kiemtra');
  const group = Date.now().toString(36).toUpperCase();
  const text = page.getByLabel(t('import.text.label'));
  const button = (name) => page.locator('main').getByRole('button', { name, exact: true });
  const count = (key) => page.locator('.facts > div').filter({ hasText: t(key) }).locator('dd').first();
  const said = (words) => expect(page.getByRole('status').getByText(words)).toBeVisible();
  const rows = (...lines) => lines.map((cells) => cells.join('\t')).join('\n');

  await page.goto('/work');
  await press(page, page.getByRole('navigation').getByRole('link', { name: t('nav.import_data') }));
  await check(page);

  await test.step('units', async () => {
    await page.locator('main').getByRole('radio', { name: t('import.what.units') }).check();
    const heads = ['Loại đơn vị', 'Tên đơn vị', 'Mã đơn vị cấp trên', 'Mã định danh', 'Số quyết định', 'Có hiệu lực từ ngày'];
    const unit = (name, parent, code) => ['Đơn vị trực thuộc cơ quan', name, parent, code, '91/QĐ-UBND', '01/07/2025'];
    const good = unit(`Trung tâm Nhập ${group}`, 'H57.10', `H57.10.${group}`);
    const below = unit(`Phòng Nhập ${group}`, `H57.10.${group}`, `H57.10.${group}.01`);
    const wrong = unit(`Phòng Nhập ${group}`, `H57.10.${group}`, 'H57,10');

    await text.fill(rows(heads, good, wrong));
    const checked = await press(page, button(t('import.check')));
    expect(checked.status()).toBe(200);
    await expect(page.getByText(t('import.result.faulty'))).toBeVisible();
    await expect(page.getByRole('row').filter({ hasText: 'H57,10' })).toContainText(t('fault.agency_code'));
    await check(page, 'import-faulty');
    await text.fill(rows(heads, good, below));
    await press(page, button(t('import.check_again')));
    await expect(page.getByText(t('import.result.good'))).toBeVisible();
    await expect(count('import.result.new')).toHaveText('2');
    await check(page, 'import-good');
    await press(page, button(t('import.submit.units', { count: '2' })));
    await said(t('flash.units_imported', { new: '2', existing: '0', faulty: '0' }));
  });

  await test.step('people, one with a zero lost by the spreadsheet', async () => {
    await page.locator('main').getByRole('radio', { name: t('import.what.people') }).check();
    const heads = ['STT', 'Họ và tên', 'Giới tính', 'Ngày sinh', 'Số định danh cá nhân', 'Mã định danh đơn vị', 'Loại biên chế'];
    // 46 1 90 …: place 046, a woman born in 1990
    const tail = String(Date.now()).slice(-5);
    const table = rows(
      heads,
      ['1', 'Lê Thị Nhập', 'Nữ', '22/11/1990', `046190${tail}1`, `H57.10.${group}`, 'Viên chức'],
      ['2', 'Hồ Thị Nhập', 'Nữ', '23/11/1990', `46190${tail}2`, `01.${group}.10.H57`, 'Viên chức'],
    );
    await text.fill(table);
    await press(page, button(t('import.check')));
    await expect(page.getByText(t('import.remark.zero_restored'))).toBeVisible();
    await expect(count('import.result.new')).toHaveText('2');
    await check(page, 'import-doubt');
    await press(page, button(t('import.submit.people', { count: '2' })));
    await said(t('flash.people_imported', { new: '2', changed: '0', existing: '0', faulty: '0' }));

    await text.fill(table);
    await page.locator('main').getByRole('radio', { name: t('import.what.people') }).check();
    await press(page, button(t('import.check')));
    await expect(page.getByText(t('import.result.nothing'))).toBeVisible();
    await page.goto(`/people?q=046190${tail}2`);
    await press(page, page.locator('main a.row').last());
    await expect(page.getByRole('heading', { level: 1, name: 'Hồ Thị Nhập' })).toBeVisible();
    await expect(page.locator('.facts')).toContainText(`H57.10.${group}.01-1`);
  });
});

test('a file is taken too, and what it lacks is told @nojs', async ({ open, check, t }) => {
  const page = await open('kiemtra');
  await page.goto('/import?what=people');
  const file = (text) => ({ name: 'nguoi.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  const submit = page.locator('main').getByRole('button', { name: t('import.check'), exact: true });

  await page.getByLabel(t('import.file.label')).setInputFiles(file('Họ và tên,Mức lương\nLê Thị Tệp,1\n'));
  const answer = await press(page, submit);
  expect(answer.status()).toBe(422);
  await expect(page.getByRole('alert')).toContainText(t('import.fault.unknown_heading', { heading: 'Mức lương' }));
  await expect(page.getByRole('alert')).toContainText(t('import.fault.missing_heading', { heading: 'Loại biên chế' }));
  await check(page, 'import-unreadable');

  await page.getByLabel(t('import.file.label')).setInputFiles({ ...file('PK\x03\x04'), name: 'nguoi.xlsx' });
  await press(page, submit);
  await expect(page.getByLabel(t('import.file.label'))).toHaveAccessibleDescription(containing(t('import.fault.damaged')));

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: t('import.template.download') }).last().click();
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);
});

test('unknown columns are matched on the page, and lists are exported as they are filtered @nojs', async ({ open, check, t }) => {
  const page = await open('kiemtra');
  await page.goto('/import?what=people');
  await page.getByLabel(t('import.text.label')).fill('Ai,Thuộc,Diện\nLê Thị Ghép,H57.10,Công chức');
  await press(page, page.locator('main').getByRole('button', { name: t('import.check'), exact: true }));
  await page.getByLabel('Ai', { exact: true }).selectOption('name');
  await page.getByLabel('Thuộc', { exact: true }).selectOption('unit_code');
  await page.getByLabel('Diện', { exact: true }).selectOption('kind');
  await check(page, 'import-columns');
  await press(page, page.locator('main').getByRole('button', { name: t('import.check'), exact: true }));
  await expect(page.getByRole('heading', { level: 1, name: t('import.result.title') })).toBeVisible();
  await check(page, 'import-matched');

  await page.goto('/people?kind=civil_servant');
  for (const format of ['xlsx', 'csv']) {
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: t(`export.${format}`) }).click();
    expect((await download).suggestedFilename()).toMatch(new RegExp(`^congthe-people-.*\\.${format}$`));
  }
  await page.goto('/import/photos');
  await check(page, 'import-photos');
});
