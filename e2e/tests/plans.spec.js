// A plan of certificates: drafted from what the portal knows, loaded from the file of a province's document, costed, put forward, sent back,
// fixed by somebody else, held against what was done.
import { account } from '../support/accounts.js';
import { authority } from '../support/authority.js';
import { on } from '../support/offers.js';
import { confirm } from '../support/sign_in.js';
import { expect, press, test } from '../support/test.js';
import { containing } from '../support/words.js';

// 119/KH-UBND of 14/8/2017, Cần Thơ, II.3, line by line as it is printed
const LINES = [
  [2017, 'renew', 'organisation', 'all', 'unit', '227'],
  [2017, 'new', 'organisation', 'associations', 'unit', '16'],
  [2017, 'new', 'organisation', 'agency_services', 'unit', '118'],
  [2017, 'new', 'person', 'associations', 'head', '16'],
  [2017, 'new', 'person', 'agency_services', 'head', '118'],
  [2017, 'new', 'person', 'associations', 'chief_accountant', '16'],
  [2017, 'new', 'person', 'agencies_and_services', 'chief_accountant', '28'],
  [2017, 'new', 'person', 'district_offices', 'chief_accountant', '112'],
  [2017, 'new', 'person', 'agency_services', 'chief_accountant', '118'],
  [2018, 'renew', 'organisation', 'all', 'unit', '6'],
  [2018, 'renew', 'person', 'all', 'any', '113'],
  [2018, 'new', 'organisation', 'district_services', 'unit', '531'],
  [2018, 'new', 'organisation', 'district_associations', 'unit', '53'],
  [2018, 'new', 'person', 'district_services', 'head', '531'],
  [2018, 'new', 'person', 'district_services', 'chief_accountant', '531'],
  [2019, 'renew', 'organisation', 'all', 'unit', '3'],
  [2019, 'renew', 'person', 'all', 'any', '119'],
  [2019, 'new', 'person', 'agency_services', 'deputy', '236'],
  [2019, 'new', 'person', 'district_services', 'deputy', '1.062'],
  [2020, 'renew', 'organisation', 'all', 'unit', '7'],
  [2020, 'renew', 'person', 'all', 'any', '165'],
];
const KEYS = ['year', 'operation', 'kind', 'group', 'position', 'quantity'];
const SHEET = [
  ['Thuê hội trường', '1', '5.000.000'],
  ['Nước uống', '30', '7.000'],
  ['Tài liệu', '30', '50.000'],
  ['Giảng viên', '1', '400.000'],
  ['Trợ giảng', '1', '150.000'],
  ['Công tác phí', '3', '60.000'],
];

test('a plan is loaded, costed, sent back and fixed @nojs', async ({ open, check, t, lang, baseURL }) => {
  test.slow();
  const run = Date.now().toString(36).toUpperCase();
  const pages = await Promise.all(['thuebao', 'pheduyet', 'baocao'].map((login) => open(login)));
  const [manager, approver, reader] = pages;
  const [manages, approves, reads] = pages.map((page) => on(page, t));
  const csv = (rows) => {
    const words = { operation: 'certificate_operation', kind: 'subscriber_kind', group: 'plan_group', position: 'plan_position' };
    const cell = (value, at) => (words[KEYS[at]] ? `"${t(`${words[KEYS[at]]}.${value}`)}"` : `"${value}"`);
    const head = KEYS.map((key) => `"${t(`certificate_plans.column.${key}`)}"`).join(',');
    const text = [head, ...rows.map((row) => row.map(cell).join(','))].join('\n');
    return { name: 'ke-hoach.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
  };
  const title = `Kế hoạch ${run}`;
  let plan;

  await test.step('it is begun from what the portal knows', async () => {
    await manager.goto('/certificate-plans');
    await manages.link('certificate_plans.add').click();
    await check(manager, 'plan-add');
    const nothing = await press(manager, manages.button('certificate_plans.begin'));
    expect(nothing.status()).toBe(422);
    await check(manager, 'plan-add-wrong');
    await manages.field('certificate_plans.name').fill(title);
    await press(manager, manages.button('certificate_plans.begin'));
    await manages.said('certificate_plans.flash.begun');
    plan = new URL(manager.url()).pathname;
    // heads of agencies who have none yet
    await expect(manages.main.getByRole('cell', { name: t('plan_position.head') }).first()).toBeVisible();
    await check(manager, 'plan-seeded');
  });

  await test.step('lines are written in the table', async () => {
    await manager.goto(`${plan}/lines`);
    const first = t('certificate_plans.line', { nth: 1 });
    const cell = (key) => manages.main.getByLabel(`${first}: ${t(`certificate_plans.column.${key}`)}`, { exact: true });
    await cell('year').fill('1999');
    const wrong = await press(manager, manages.button('certificate_plans.save_lines'));
    expect(wrong.status()).toBe(422);
    await check(manager, 'plan-lines-wrong');
    await cell('year').fill(String(new Date().getFullYear() + 1));
    await cell('quantity').fill('12');
    await press(manager, manages.button('certificate_plans.save_lines'));
    await manages.said('certificate_plans.flash.lines');
  });

  await test.step('the document of Cần Thơ comes from its file', async () => {
    await manager.goto('/certificate-plans/add');
    await manages.field('certificate_plans.name').fill(`119/KH-UBND ${run}`);
    await manages.field('certificate_plans.first_year').fill('2017');
    await manages.field('certificate_plans.last_year').fill('2020');
    await manages.field('certificate_plans.seed').uncheck();
    await press(manager, manages.button('certificate_plans.begin'));
    plan = new URL(manager.url()).pathname;
    await manager.goto(`${plan}/lines`);
    await manages.field('certificate_plans.file').setInputFiles(csv([[2021, ...LINES[0].slice(1)]]));
    const late = await press(manager, manages.button('certificate_plans.load_button'));
    expect(late.status()).toBe(422);
    await manages.field('certificate_plans.file').setInputFiles({ name: 'x.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') });
    const other = await press(manager, manages.button('certificate_plans.load_button'));
    expect(other.status()).toBe(422);
    await check(manager, 'plan-file-wrong');
    await manages.field('certificate_plans.file').setInputFiles(csv(LINES));
    await press(manager, manages.button('certificate_plans.load_button'));
    await manages.said('certificate_plans.flash.loaded');
    const summary = manages.main.getByRole('region', { name: t('certificate_plans.summary'), exact: true });
    for (const total of [718, 2768, 243, 397, 4126]) {
      const shown = new Intl.NumberFormat(lang).format(total);
      await expect(summary.getByRole('cell', { name: shown, exact: true })).toBeVisible();
    }
    const export_ = await manager.request.get(`${plan}?as=csv`);
    expect((await export_.text()).trim().split('\n')).toHaveLength(LINES.length + 1);
    const book = await manager.request.get(`${plan}?as=xlsx`);
    // what it writes it reads again
    await manager.goto(`${plan}/lines`);
    await manages.field('certificate_plans.file').setInputFiles({ name: 'lai.xlsx', mimeType: 'application/zip', buffer: await book.body() });
    await press(manager, manages.button('certificate_plans.load_button'));
    await manages.said('certificate_plans.flash.loaded');
  });

  await test.step('its costs close in words', async () => {
    await manager.goto(`${plan}/costs`);
    const sheet = (name) => manages.main.getByRole('region', { name: t(name), exact: true });
    const rows = async (name, lines) => {
      const body = sheet(name).getByRole('row').filter({ has: manager.locator('input[name=name]') });
      for (const [at, [what, quantity, price]] of lines.entries()) {
        await body.nth(at).locator('input[name=name]').fill(what);
        await body.nth(at).locator('input[name=quantity]').fill(quantity);
        await body.nth(at).locator('input[name=price]').fill(price);
      }
    };
    await rows('certificate_plans.class_sheet', SHEET.slice(0, 4));
    await rows('certificate_plans.rest_sheet', [['Đi Hà Nội', '16', 'nhiều']]);
    const wrong = await press(manager, manages.button('certificate_plans.save_costs'));
    expect(wrong.status()).toBe(422);
    await check(manager, 'plan-costs-wrong');
    await rows('certificate_plans.rest_sheet', [['Đi Hà Nội', '16', '1.500.000']]);
    await press(manager, manages.button('certificate_plans.save_costs'));
    await manager.goto(`${plan}/costs`);
    await rows('certificate_plans.class_sheet', SHEET);
    await check(manager, 'plan-costs');
    await press(manager, manages.button('certificate_plans.save_costs'));
    await manages.said('certificate_plans.flash.costs');
    await expect(manages.main.getByText(/723[.,]360[.,]000/).first()).toBeVisible();
    await check(manager, 'plan-whole');
  });

  await test.step('waves and targets are written, and tell how far they are', async () => {
    await manager.goto(plan);
    await manages.link('certificate_plans.progress').click();
    await check(manager, 'plan-no-goals');
    await manages.link('certificate_plans.write_goals').click();
    await manages.link('certificate_plans.template').click();
    const year = manager.locator('[name=wave-2-to_year]');
    await year.fill('2018');
    const wrong = await press(manager, manages.button('certificate_plans.save_waves'));
    expect(wrong.status()).toBe(422);
    await check(manager, 'plan-goals-wrong');
    await year.fill('2019');
    await press(manager, manages.button('certificate_plans.save_waves'));
    await manages.said('certificate_plans.flash.waves');
    const waves = manages.main.getByRole('region', { name: t('certificate_plans.waves'), exact: true });
    await expect(waves.getByRole('row')).toHaveCount(6);
    const code = 'H57.10';
    await manager.goto(`${plan}/goals`);
    await manager.locator('[name=percent-documents]').fill('50');
    await manager.locator('[name=units-documents]').fill('Sao Hỏa');
    const nowhere = await press(manager, manages.button('certificate_plans.save_targets'));
    expect(nowhere.status()).toBe(422);
    await manager.locator('[name=units-documents]').fill(code);
    await press(manager, manages.button('certificate_plans.save_targets'));
    await manages.said('certificate_plans.flash.targets');
    await check(manager, 'plan-progress');

    // a certificate of the unit is used there
    await manager.goto('/people');
    const keeper = (await manages.main.getByText(/^57\.\d{5}$/).first().textContent()).trim();
    await manager.goto('/certificates/add');
    const seal = authority().certificate(`/C=VN/O=UBND tỉnh/UID=MDD:${code}/CN=Con dấu ${run}`, 400);
    await manages.field('certificates.file').setInputFiles(seal.file);
    await manages.field('certificates.kind').selectOption('organisation');
    await manages.field('certificates.unit_code').fill(code);
    await manages.field('certificates.keeper_code').fill(keeper);
    await manager.getByLabel(t('certificates.handed_over')).check();
    await press(manager, manages.button('certificates.add'));
    await manages.said('certificates.flash.recorded');
    await manages.link('certificate_use.title').click();
    await manages.field('plan_application.documents').check();
    await check(manager, 'certificate-uses');
    await press(manager, manages.button('certificate_use.save'));
    await manages.said('certificate_use.noted');
    await manager.goto(`${plan}/progress`);
    await expect(manages.main.getByText(t('certificate_plans.reached_yes'), { exact: true })).toBeVisible();
    await check(manager, 'plan-reached');
  });

  await test.step('the pages read in English', async () => {
    const english = await open('thuebao', { language: lang === 'vi' ? 'en' : 'vi' });
    for (const [path, name] of [[plan, 'plan-other'], [`${plan}/goals`, 'plan-goals-other'], [`${plan}/costs`, 'plan-costs-other'], [`${plan}/lines`, 'plan-lines-other'], [`${plan}/progress`, 'plan-progress-other'], ['/certificate-plans/add', 'plan-add-other']]) {
      await english.goto(path);
      await check(english, name);
    }
  });

  await test.step('it is put forward, sent back, put forward again and fixed by somebody else', async () => {
    const forward = async () => {
      await manager.goto(plan);
      await press(manager, manages.button('plan_event.propose'));
      await manages.said('certificate_plans.flash.stepped');
    };
    await forward();
    await approver.goto('/work');
    await expect(approves.main.getByRole('heading', { name: containing(t('work.fix_plans')) })).toBeVisible();
    await approver.goto(plan);
    await check(approver, 'plan-decide');
    const unsaid = await press(approver, approves.button('plan_event.fix'));
    expect(unsaid.status()).toBe(422);
    await check(approver, 'plan-decide-wrong');
    await approves.field('certificate_plans.reason').fill('Thiếu Hội Nhà báo');
    await confirm(approver, baseURL, t, account('pheduyet'), approves.button('plan_event.send_back'));
    await approves.said('certificate_plans.flash.stepped');
    await forward();
    await approver.goto(plan);
    await approves.field('certificate_plans.document_number').fill('119/KH-UBND');
    await approves.field('certificate_plans.document_day').fill('14/08/2017');
    await confirm(approver, baseURL, t, account('pheduyet'), approves.button('plan_event.fix'));
    await approves.said('certificate_plans.flash.stepped');
    await check(approver, 'plan-fixed');
  });

  await test.step('who reads reports sees it and its paper, and writes nothing', async () => {
    await reader.goto('/certificate-plans');
    await check(reader, 'plans');
    await reads.main.getByRole('link', { name: `119/KH-UBND ${run}` }).click();
    await expect(reads.link('certificate_plans.write_lines')).toHaveCount(0);
    for (const kind of ['pdf', 'docx']) {
      const paper = await reader.request.get(`${plan}/paper?as=${kind}`);
      expect(paper.status()).toBe(200);
    }
    expect((await reader.request.get(`${plan}/lines`)).status()).toBe(403);
  });
});
