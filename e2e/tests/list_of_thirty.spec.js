// Thirty cards at once: asked for together, verified one by one, approved but for one, printed together. Each
// queue shrinks as its people work.
import { account } from '../support/accounts.js';
import { verified } from '../support/issued.js';
import { on } from '../support/offers.js';
import { confirm } from '../support/sign_in.js';
import { expect, press, test } from '../support/test.js';
import { uniqueWord } from '../support/words.js';

const MANY = 30;

test('a list of thirty with one exception, from the request to the register', async ({ open, check, browser, baseURL, t }) => {
  test.setTimeout(900_000);
  const [officer, head, checker, approver, desk] = await Promise.all(['tochuc', 'thutruong', 'kiemtra', 'pheduyet', 'capthe'].map((login) => open(login)));
  const [unit, signs, checks, decides, makes] = [officer, head, checker, approver, desk].map((page) => on(page, t));
  const sure = (button) => confirm(approver, baseURL, t, account('pheduyet'), button);
  const title = `Đợt ${uniqueWord()}`;
  const finished = (does, page) => expect(async () => {
    await page.reload();
    await expect(does.main.getByText(t('bulk.running'))).toHaveCount(0, { timeout: 1 });
  }).toPass({ timeout: 60_000 });
  let people;
  /** Requests that wait for the unit: of the chosen ones, once they are known, since others work here too. */
  const waiting = async () => {
    const found = [];
    for (let page = 1, rows = 1; rows > 0; page += 1) {
      await officer.goto(`/verify?page=${page}`);
      const links = officer.locator('main tbody tr').filter({ hasText: people ? new RegExp(people.join('|')) : '' }).getByRole('link');
      found.push(...(await links.evaluateAll((all) => all.map((link) => link.getAttribute('href').split('/').pop()))));
      rows = await officer.locator('main tbody tr').count();
    }
    return found;
  };
  const before = await waiting();

  await test.step('the unit asks for thirty at once', async () => {
    await officer.goto('/people?page=3');
    const rows = officer.locator('main tbody tr').filter({ hasText: 'Giáo viên', hasNotText: t('people.to_complete') });
    const boxes = rows.locator('input[name=id]');
    expect(await boxes.count()).toBeGreaterThanOrEqual(MANY);
    for (let nth = 0; nth < MANY; nth += 1) await boxes.nth(nth).check();
    await officer.getByLabel(t('bulk.with_chosen')).selectOption('ask');
    await check(officer, 'people-chosen');
    await press(officer, unit.button('bulk.go_on'));
    const none = await press(officer, unit.main.getByRole('button', { name: t('bulk.begin', { count: MANY }) }));
    expect(none.status()).toBe(422);
    await check(officer, 'bulk-add');
    await unit.field('request_form.reason').selectOption({ index: 1 });
    await press(officer, unit.main.getByRole('button', { name: t('bulk.begin', { count: MANY }) }));
    await finished(unit, officer);
    await expect(unit.main.getByText(t('bulk.finished'))).toBeVisible();
    await check(officer, 'bulk-done');
    people = await unit.main.getByRole('rowheader').getByRole('link').allTextContents();
    expect(people).toHaveLength(MANY);
  });

  const requests = await test.step('each is compared with the paper', async () => {
    const mine = (await waiting()).filter((id) => !before.includes(id));
    expect(mine).toHaveLength(MANY);
    for (const id of mine) await verified({ browser, t, officer }, id);
    const rest = await waiting();
    expect(rest.filter((id) => mine.includes(id))).toEqual([]);
    return mine;
  });

  const list = await test.step('one list, with its letter', async () => {
    await officer.goto('/lists/add');
    for (const box of await unit.main.getByRole('checkbox').all()) await box.uncheck();
    await unit.field('lists.name').fill(title);
    for (const id of requests) await unit.main.locator(`input[name=people][value="${id}"]`).check();
    await press(officer, unit.button('lists.compose'));
    const list = new URL(officer.url()).pathname;
    await head.goto('/work');
    await press(head, signs.main.getByRole('link', { name: new RegExp(title) }));
    await signs.field('list.letter_number').fill(`${Date.now() % 1000000}/TTr`);
    await signs.field('list.signer').fill('Giám đốc Trần Văn Bình');
    await press(head, signs.button('list.submit'));
    await head.goto('/work');
    await expect(signs.main.getByText(title)).toHaveCount(0);
    return list;
  });

  const refused = requests[7];
  await test.step('all but one are approved', async () => {
    await checker.goto('/work');
    await press(checker, checks.main.getByRole('link', { name: new RegExp(title) }));
    await press(checker, checks.button('list.check'));
    await checker.goto('/work');
    await expect(checks.main.getByText(title)).toHaveCount(0);
    await approver.goto('/work');
    await press(approver, decides.main.getByRole('link', { name: new RegExp(title) }));
    await approver.locator(`[name="verdict-${refused}"]`).selectOption('return');
    const silent = await sure(decides.button('list.decide'));
    expect(silent.status()).toBe(422);
    await approver.locator(`[name="reason-${refused}"]`).fill('Ảnh chưa đạt');
    await check(approver, 'list-of-thirty');
    await sure(decides.button('list.decide'));
    await decides.said('flash.list_decided');
    await expect(decides.main.getByText(t('request_state.approved'))).toHaveCount(MANY - 1);
    await approver.goto('/work');
    await expect(decides.main.getByText(title)).toHaveCount(0);
    const letter = await officer.request.get(`${list}/letter?as=pdf`);
    expect((await letter.body()).subarray(0, 5).toString()).toBe('%PDF-');
  });

  let ours;
  await test.step('they are printed on a row of blanks, one of which is not there', async () => {
    await desk.goto('/issue');
    const rows = desk.locator('main tbody tr').filter({ hasText: new RegExp(people.join('|')) });
    const boxes = rows.locator('input[name=id]');
    expect(await boxes.count()).toBeGreaterThanOrEqual(MANY - 1);
    ours = [];
    for (const box of (await boxes.all()).slice(-(MANY - 1))) {
      await box.check();
      ours.push(await box.inputValue());
    }
    await desk.getByLabel(t('bulk.with_chosen')).selectOption('print');
    await press(desk, makes.button('bulk.go_on'));
    const file = await desk.request.get(await makes.link('issue.open_file').getAttribute('href'));
    expect(file.headers()['content-type']).toBe('application/pdf');
    const begin = makes.main.getByRole('button', { name: t('bulk.begin', { count: MANY - 1 }) });
    await makes.field('bulk.serials').fill('KC001601–KC001620');
    const few = await press(desk, begin);
    expect(few.status()).toBe(422);
    await makes.field('bulk.serials').fill('KC001601–KC001628, PH999999');
    await check(desk, 'bulk-print');
    await press(desk, begin);
    await finished(makes, desk);
    await expect(makes.main.getByText(t('bulk.finished_some'))).toBeVisible();
    await expect(makes.row('PH999999')).toContainText(t('bulk.failed'));
    await check(desk, 'bulk-printed');
  });

  await test.step('the good ones are active', async () => {
    await desk.goto('/issue');
    for (const id of ours) await desk.locator(`input[name=id][value="${id}"]`).check();
    await desk.getByLabel(t('bulk.with_chosen')).selectOption('confirm');
    await press(desk, makes.button('bulk.go_on'));
    await press(desk, makes.main.getByRole('button', { name: t('bulk.begin', { count: MANY - 1 }) }));
    await finished(makes, desk);
    await expect(makes.main.getByRole('row').filter({ hasText: t('bulk.failed') })).toHaveCount(1);
    await desk.goto('/cards?state=active&q=KC001601');
    await expect(makes.main.locator('tbody tr')).toHaveCount(1);
  });
});
