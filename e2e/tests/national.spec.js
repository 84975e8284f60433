// The national database says otherwise: its export is imported, stops the decision, and is settled both ways.
import { account } from '../support/accounts.js';
import { verified } from '../support/issued.js';
import { on } from '../support/offers.js';
import { confirm } from '../support/sign_in.js';
import { somebody } from '../support/taken.js';
import { expect, press, test } from '../support/test.js';
import { uniqueWord } from '../support/words.js';

test('what the national database says otherwise stops a card until it is settled', async ({ open, check, browser, baseURL, t }) => {
  const [officer, head, checker, approver] = await Promise.all(['tochuc', 'thutruong', 'kiemtra', 'pheduyet'].map((login) => open(login)));
  const [unit, signs, checks, decides] = [officer, head, checker, approver].map((page) => on(page, t));
  const title = `Đợt ${uniqueWord()}`;
  const person = await somebody(officer, t);
  await officer.goto(person);
  const name = await officer.getByRole('heading', { level: 1 }).textContent();
  const code = (await unit.main.getByText(/^57\.\d{5}$/).first().textContent()).trim();

  const list = await test.step('somebody is on a list', async () => {
    await press(officer, unit.link('request_form.title_for'));
    await unit.field('request_form.reason').selectOption({ index: 1 });
    await press(officer, unit.button('request_form.submit'));
    const id = new URL(officer.url()).pathname.split('/').pop();
    await verified({ browser, t, officer }, id);
    await press(officer, unit.link('flash.compose'));
    for (const box of await unit.main.getByRole('checkbox').all()) await box.uncheck();
    await unit.field('lists.name').fill(title);
    await unit.main.locator(`input[name=people][value="${id}"]`).check();
    await press(officer, unit.button('lists.compose'));
    const path = new URL(officer.url()).pathname;
    await head.goto(path);
    await signs.field('list.letter_number').fill(`${Date.now() % 1000000}/TTr`);
    await signs.field('list.signer').fill('Giám đốc Trần Văn Bình');
    await press(head, signs.button('list.submit'));
    await checker.goto(path);
    await press(checker, checks.button('list.check'));
    return path;
  });

  const load = async (position) => {
    await checker.goto('/import?what=national');
    await checks.main.getByLabel(t('import.what.national')).check();
    await checks.field('import.text.label').fill(`Mã số công chức\tHọ và tên\tChức vụ\n${code}\t${name.toUpperCase()}\t${position}`);
    await press(checker, checks.button('import.check'));
  };

  await test.step('the export says otherwise, and the decision is refused beside the person', async () => {
    await load('Trưởng phòng');
    await check(checker, 'national-import');
    await press(checker, checks.main.getByRole('button', { name: t('import.submit.national', { count: 1 }) }));
    await press(checker, checks.link('flash.see_national'));
    await expect(checks.row(name)).toContainText('Trưởng phòng');
    await check(checker, 'national');
    await officer.goto(person);
    await expect(unit.main.getByText(t('national.notice'))).toBeVisible();
    await check(officer, 'national-person');
    await approver.goto(list);
    const refused = await press(approver, decides.button('list.decide'));
    expect(refused.status()).toBe(422);
    await expect(decides.main.getByText(t('failure.refused.national_differs')).first()).toBeVisible();
  });

  await test.step('the checker notes that a correction is asked for, and a new export agrees', async () => {
    await checker.goto('/work');
    await press(checker, checks.main.getByRole('link', { name: new RegExp(t('work.national_waiting', { count: '\\d+' })) }));
    await press(checker, checks.row(name).getByRole('link'));
    await check(checker, 'national-one');
    await checks.field('national.document').fill('152/SNV-CCVC ngày 12/10/2026');
    await press(checker, checks.button('national.report_submit'));
    await checks.said('flash.national_reported');
    await expect(checks.row(name)).toContainText(t('national.reported_short'));
    await press(checker, checks.row(name).getByRole('link'));
    await check(checker, 'national-reported');
    await press(checker, checks.button('national.take_over'));
    await checks.said('flash.national_taken');
    await expect(checks.main.getByRole('row', { name })).toHaveCount(0);
  });

  await test.step('what was verified is another value now: the person is sent back to the unit', async () => {
    await approver.goto(list);
    await approver.locator('[name^="verdict-"]').selectOption('return');
    await approver.locator('[name^="reason-"]').fill('Chức vụ đã sửa theo dữ liệu quốc gia');
    await confirm(approver, baseURL, t, account('pheduyet'), decides.button('list.decide'));
    await decides.said('flash.list_decided');
    await expect(decides.main.getByText(t('request_state.returned'))).toHaveCount(1);
  });
});
