// A checker's work on the personnel data: a new unit, a new person in it, corrections, a move, two people at one form.
import { expect, press, test } from '../support/test.js';
import { beginning, containing, pattern } from '../support/words.js';

const REASON = 'Đã đối chiếu căn cước ngày 20/11/2026';

test('a unit is added, a person in it, corrected and moved, and the history tells it @nojs', async ({ open, check, t }) => {
  const page = await open('kiemtra');
  const group = Date.now().toString(36).toUpperCase(); // no other run uses this code
  const unitName = `Trung tâm Thử nghiệm ${group}`;
  const personName = 'Đặng Thử Nghiệm';
  // 046: the place; 0: a man of the last century; 77: born in 1977
  const citizen = `046077${String(Date.now()).slice(-6)}`;
  const heading = (name) => page.getByRole('heading', { level: 1, name });
  const link = (key) => page.locator('main').getByRole('link', { name: t(key), exact: true });
  const button = (key) => page.locator('main').getByRole('button', { name: t(key), exact: true });
  const field = (key) => page.locator('form.form').getByLabel(beginning(t(key)));
  const fact = (key) => page.locator('.facts > div').filter({ has: page.getByText(t(key), { exact: true }) }).locator('dd');
  const history = page.locator('.history');
  const said = (key) => expect(page.getByRole('status').getByText(t(key))).toBeVisible();

  await test.step('a unit below an agency, its code first wrong', async () => {
    await page.goto('/units?q=H57.10');
    await press(page, page.getByRole('rowheader').getByRole('link').first());
    await expect(heading('Sở Nội vụ')).toBeVisible();
    await press(page, link('unit.add').first());
    await field('unit_form.class_name').selectOption('attached_unit');
    await field('unit_form.name').fill(unitName);
    await field('unit_form.decision').fill('77/QĐ-UBND');

    for (const [code, fault] of [
      ['H57-10-1', t('fault.agency_code')],
      [`H57.11.${group}`, t('fault.agency_code_parent', { parent: 'H57.10' })],
    ]) {
      await field('unit_form.code').fill(code);
      const answer = await press(page, button('unit_form.add'));
      expect(answer.status()).toBe(422);
      await expect(field('unit_form.code')).toHaveAccessibleDescription(containing(fault));
      await expect(field('unit_form.code')).toHaveValue(code);
      await expect(field('unit_form.name')).toHaveValue(unitName);
      await expect(field('unit_form.class_name')).toHaveValue('attached_unit');
      await expect(field('unit_form.decision')).toHaveValue('77/QĐ-UBND');
    }
    await check(page, 'unit-add-wrong');

    await field('unit_form.code').fill(`${group}.10.H57`);
    await press(page, button('unit_form.add'));
    await expect(heading(unitName)).toBeVisible();
    await said('flash.unit_added');
    await expect(fact('unit.code_canonical')).toHaveText(`H57.10.${group}`);
    await expect(fact('unit.code_issued')).toHaveText(`${group}.10.H57`);
    await expect(history).toContainText('77/QĐ-UBND');
    await check(page, 'unit-added');
  });
  const unitAddress = page.url();

  await test.step('a person, to whom the system gives the numbers', async () => {
    await press(page, link('unit.add_person'));
    const empty = await press(page, button('person_form.add'));
    expect(empty.status()).toBe(422);
    await expect(field('people.name')).toHaveAccessibleDescription(containing(t('fault.missing')));
    await expect(page.getByRole('alert')).toContainText(`${t('people.name')}: ${t('fault.missing')}`);
    await check(page, 'person-add-wrong');
    await field('people.name').fill(personName);
    await field('people.kind').selectOption('civil_servant');
    await field('people.position').fill('Chuyên viên');
    await field('person.born_on').fill('22111990');
    await page.getByRole('radio', { name: t('sex.female') }).check();
    await press(page, button('person_form.add'));
    await expect(heading(personName)).toBeVisible();
    await said('flash.person_added');
    await expect(fact('people.personnel_code')).toHaveText(/^57\.\d{5}$/);
    await expect(fact('person.identification_code')).toHaveText(`${group}.10.H57-1`);
    await expect(page.getByText(t('doubt.no_citizen_number'))).toBeVisible();
    await check(page, 'person-added');
  });
  const personAddress = page.url();

  await test.step('a citizen number that contradicts sex and birth needs a reason', async () => {
    await press(page, link('person.change'));
    await field('person.citizen_id').fill('04609000123');
    await press(page, button('form.save'));
    await expect(field('person.citizen_id')).toHaveAccessibleDescription(containing(t('fault.citizen_number_leading_zero')));
    await field('person.citizen_id').fill(citizen);
    await press(page, button('form.save'));
    await expect(field('person.citizen_id')).toHaveAccessibleDescription(containing(t('fault.citizen_number_doubt')));
    await expect(field('person.citizen_id')).toHaveValue(citizen);
    await expect(page.getByRole('radio', { name: t('sex.female') })).toBeChecked();
    await check(page, 'person-change-doubt');
    await field('person.citizen_id_reason').fill(REASON);
    await press(page, button('form.save'));
    await said('flash.person_changed');
    await expect(fact('person.citizen_id')).toHaveText(citizen);
    await expect(fact('person.citizen_id_reason')).toHaveText(REASON);
  });

  await test.step('a move to another unit gives a new ordinal and keeps the old one', async () => {
    await press(page, link('person.move_unit'));
    await field('person_move.unit_code').fill('H57.10.KHONG.CO');
    await press(page, button('person_move.submit'));
    await expect(field('person_move.unit_code')).toHaveAccessibleDescription(containing(t('fault.no_unit')));
    await field('person_move.unit_code').fill('00.10.H57');
    await press(page, button('person_move.submit'));
    await said('flash.person_moved');
    await expect(fact('people.unit')).toHaveText('Sở Nội vụ');
    await expect(history.getByRole('listitem')).toHaveCount(2);
    await expect(history).toContainText(`${unitName}, ${group}.10.H57-1`);
    await expect(history.getByRole('listitem').first()).toContainText(pattern('Sở Nội vụ, 00.10.H57-{ordinal}'));
    await check(page, 'person-moved');
  });

  await test.step('two at one form: the second is told, and nothing is lost', async () => {
    await page.goto(`${personAddress}/change`);
    const colleague = await open('kiemtra');
    await colleague.goto(`${personAddress}/change`);
    await colleague.locator('form.form').getByLabel(beginning(t('people.position'))).fill('Phó Trưởng phòng');
    await press(colleague, colleague.getByRole('button', { name: t('form.save') }));
    await expect(colleague.getByRole('status').getByText(t('flash.person_changed'))).toBeVisible();

    await field('people.position').fill('Trưởng phòng');
    const answer = await press(page, button('form.save'));
    expect(answer.status()).toBe(409);
    await expect(page.getByRole('alert')).toContainText(t('failure.stale'));
    await expect(field('people.position')).toHaveValue('Trưởng phòng');
    await check(page, 'person-stale');
    await expect(button('form.save')).toHaveCount(0);
    const [newest] = await Promise.all([page.context().waitForEvent('page'), link('form.reopen').click()]);
    await expect(newest.locator('form.form').getByLabel(beginning(t('people.position')))).toHaveValue('Phó Trưởng phòng');
    await newest.close();
    await expect(field('people.position')).toHaveValue('Trưởng phòng');
  });

  await test.step('the unit is renamed from today, given posts, and closed; its past stays', async () => {
    await page.goto(`${unitAddress}/change`);
    await field('unit_form.name').fill(`${unitName} tỉnh`);
    await field('unit_form.decision').fill('78/QĐ-UBND');
    await press(page, button('form.save'));
    await said('flash.unit_changed');
    await expect(history).toContainText(`${unitName} tỉnh`);

    await press(page, link('unit.set_posts'));
    await field('post_kind.civil_servant').fill('mười');
    await press(page, button('unit_posts.submit'));
    await expect(field('post_kind.civil_servant')).toHaveAccessibleDescription(containing(t('fault.number')));
    await expect(field('post_kind.civil_servant')).toHaveValue('mười');
    await field('post_kind.civil_servant').fill('12');
    await press(page, button('unit_posts.submit'));
    await said('flash.posts_set');
    await expect(page.getByRole('row').filter({ hasText: t('post_kind.civil_servant') }).getByRole('cell').first()).toHaveText('12');

    await press(page, link('unit.close'));
    await field('unit_close.decision').fill('79/QĐ-UBND');
    await press(page, page.locator('form.form').getByRole('button', { name: `${unitName} tỉnh` }));
    await said('flash.unit_closed');
    await expect(link('unit.add_person')).toHaveCount(0);
    await check(page, 'unit-closed');
  });
});

test('a unit in use is not closed, and says what stands in the way', async ({ open, check, t }) => {
  const page = await open('kiemtra');
  await page.goto('/units?q=H57.04');
  await press(page, page.getByRole('rowheader').getByRole('link').first());
  await press(page, page.getByRole('link', { name: t('unit.close') }));
  await expect(page.getByText(pattern(t('unit_close.in_use')))).toBeVisible();
  await check(page, 'unit-in-use');
});
