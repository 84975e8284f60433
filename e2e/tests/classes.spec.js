// A training class: opened, filled by a unit, attended by card and on the sheet, closed, and what its learners and the plan see of it.
import { on } from '../support/offers.js';
import { expect, press, test } from '../support/test.js';
import { containing } from '../support/words.js';
import { withChip } from '../support/written.js';

/** Today in Việt Nam, as forms have it. */
function today() {
  const day = new Date(Date.now() + 7 * 60 * 60 * 1000).toISOString().slice(0, 10);
  return day.split('-').reverse().join('/');
}

/** Opens a class of a day, as who keeps classes; its page. */
async function announced({ page, t, title, check }) {
  const makes = on(page, t);
  await page.goto('/training-classes');
  await press(page, makes.link('training_classes.add'));
  await check?.(page, 'class-add');
  const nothing = await press(page, makes.button('training_classes.announce'));
  expect(nothing.status()).toBe(422);
  await check?.(page, 'class-add-wrong');
  await makes.field('training_classes.name').fill(title);
  await makes.field('training_classes.topic').selectOption('signatures');
  await makes.field('training_classes.audience').selectOption('clerks');
  await makes.field('training_classes.first_day').fill(today());
  await makes.field('training_classes.place').fill('Hội trường A');
  await makes.field('training_classes.places').fill('2');
  await press(page, makes.button('training_classes.announce'));
  await makes.said('training_classes.flash.announced');
  return new URL(page.url()).pathname;
}

/** The person's name and personnel code. */
async function known(page, person) {
  await page.goto(person);
  const text = (selector) => page.locator(selector).first().textContent();
  return { name: (await text('h1')).trim(), code: (await text('.person-head .code')).trim() };
}

test('a class is opened, filled, attended on the sheet, and closed @nojs', async ({ open, check, t }) => {
  test.slow();
  const run = Date.now().toString(36).toUpperCase();
  const [manager, officer] = await Promise.all(['thuebao', 'tochuc'].map((login) => open(login)));
  const [keeps, sends] = [on(manager, t), on(officer, t)];
  const title = `Ký số cho văn thư ${run}`;
  await officer.goto('/people?page=3');
  const links = await officer.locator('main a.row').evaluateAll((all) => all.slice(0, 3).map((link) => link.getAttribute('href')));
  const people = [];
  for (const link of links) people.push(await known(officer, link));
  const path = await announced({ page: manager, t, title, check });
  await check(manager, 'class-new');

  await test.step('the unit enrols its people', async () => {
    await officer.goto('/training-classes');
    await check(officer, 'classes');
    await press(officer, sends.main.getByRole('link', { name: title }));
    const codes = sends.field('training_classes.codes');
    const enrols = () => press(officer, sends.button('training_classes.enrol'));
    await codes.fill(`${people[0].code}\n99.99999`);
    expect((await enrols()).status()).toBe(422);
    await expect(sends.main.getByText(t('training_classes.fault.unknown', { code: '99.99999' })).first()).toBeVisible();
    await check(officer, 'class-enrol-wrong');
    await codes.fill(people.map(({ code }) => code).join('\n'));
    expect((await enrols()).status()).toBe(422);
    await expect(sends.main.getByText(t('training_classes.fault.too_many', { places: 2 })).first()).toBeVisible();
    await codes.fill(`${people[0].code}\t${people[0].name}\n${people[1].code}`);
    await enrols();
    await sends.said('training_classes.flash.enrolled');
    await press(officer, sends.row(people[1].name).getByRole('button', { name: t('training_classes.take_out') }));
    await sends.said('training_classes.flash.taken_out');
    await codes.fill(people[2].code);
    await enrols();
    await check(officer, 'class-enrolled');
    await expect(sends.link('training_classes.attendance')).toHaveCount(0);
  });

  await test.step('they come', async () => {
    await manager.goto(path);
    await press(manager, keeps.link('training_classes.attendance'));
    await check(manager, 'class-attendance');
    const shows = async (text) => {
      await keeps.field('training_classes.shown').fill(text);
      await press(manager, keeps.button('training_classes.note'));
    };
    await shows(people[0].code);
    await expect(keeps.main.getByText(t('training_classes.noted.here', { name: people[0].name }))).toBeVisible();
    await shows(people[0].code);
    await expect(keeps.main.getByText(t('training_classes.noted.already', { name: people[0].name }))).toBeVisible();
    await shows(people[1].code);
    await expect(keeps.main.getByText(t('training_classes.noted.not_enrolled', { name: people[1].name }))).toBeVisible();
    await check(manager, 'class-not-enrolled');
    await shows('https://elsewhere.example.vn/t/k7Qz');
    await expect(keeps.main.getByText(t('training_classes.noted.unknown'))).toBeVisible();
    await keeps.row(people[2].name).getByRole('checkbox').check();
    await press(manager, keeps.button('training_classes.save_sheet'));
    await keeps.said('training_classes.flash.sheet');
    for (const { name } of [people[0], people[2]]) await expect(keeps.row(name).getByRole('checkbox')).toBeChecked();
    await press(manager, keeps.main.getByRole('link', { name: containing(t('training_classes.afternoon', { day: today() })) }));
    await keeps.row(people[0].name).getByRole('checkbox').check();
    await press(manager, keeps.button('training_classes.save_sheet'));
  });

  await test.step('it is costed and closed', async () => {
    await manager.goto(`${path}/costs`);
    await keeps.main.locator('input[name=name]').first().fill('Nước uống');
    await keeps.main.locator('input[name=quantity]').first().fill('30');
    await keeps.main.locator('input[name=price]').first().fill('7.000');
    await check(manager, 'class-costs');
    await press(manager, keeps.button('certificate_plans.save_costs'));
    await keeps.said('training_classes.flash.costs');
    // who came to both sessions is ticked already
    await expect(keeps.main.getByLabel(t('training_classes.came_of', { name: people[0].name, came: 2, of: 2 }))).toBeChecked();
    await expect(keeps.main.getByLabel(t('training_classes.came_of', { name: people[2].name, came: 1, of: 2 }))).not.toBeChecked();
    await check(manager, 'class-closing');
    await press(manager, keeps.button('training_classes.event_close'));
    await keeps.said('training_classes.flash.stepped');
    await expect(keeps.row(people[0].name)).toContainText(t('training_classes.completed'));
    await expect(keeps.row(people[2].name)).toContainText(t('training_classes.not_completed'));
    await check(manager, 'class-held');
    for (const kind of ['pdf', 'docx']) expect((await manager.request.get(`${path}/paper?as=${kind}`)).status()).toBe(200);
    const book = await manager.request.get(`${path}?as=csv`);
    expect(await book.text()).toContain(people[0].name);
    await officer.goto(links[0]);
    await expect(sends.row(title)).toContainText(t('training_classes.completed'));
    await check(officer, 'person-classes');
  });
});

test('a learner is known by the card, tapped or typed', async ({ open, browser, baseURL, check, t }) => {
  test.setTimeout(240_000);
  const run = Date.now().toString(36).toUpperCase();
  const { card, code, link, officer } = await withChip({ open, browser, baseURL, t });
  await officer.goto(card);
  const person = await officer.locator('main a[href^="/people/"]').first().getAttribute('href');
  const { code: own, name } = await known(officer, person);
  const manager = await open('thuebao');
  const keeps = on(manager, t);
  // a phone whose reader the page may use
  await manager.addInitScript(() => {
    self.NDEFReader = class {
      async scan() {
        const record = (text) => ({ recordType: 'url', data: new TextEncoder().encode(text) });
        self.tap = (text) => this.onreading({ serialNumber: '04:5a', message: { records: text ? [record(text)] : [] } });
      }
    };
  });
  const path = await announced({ page: manager, t, title: `Ký số ${run}` });
  await keeps.field('training_classes.codes').fill(own);
  await press(manager, keeps.button('training_classes.enrol'));
  const said = (key, params) => expect(keeps.main.getByText(t(key, params))).toBeVisible();
  const waits = async () => {
    await keeps.button('training_classes.tap').click();
    await said('training_classes.tap_waiting');
  };
  const taps = (text) => Promise.all([manager.waitForNavigation(), manager.evaluate((it) => self.tap(it), text)]);
  await manager.goto(`${path}/attendance`);
  await waits();
  await check(manager, 'class-tapping');
  await manager.evaluate(() => self.tap(''));
  await said('training_classes.tap_unread');
  const front = `https://${new URL(baseURL).host}`;
  await taps(`${front}/t?e=${'0'.repeat(32)}&m=${'0'.repeat(16)}`);
  await said('training_classes.noted.unknown');
  await waits();
  await taps(`${front}${link}`);
  await said('training_classes.noted.here', { name });
  await check(manager, 'class-came');
  await waits();
  await taps(`${front}${link}`);
  await said('training_classes.noted.already', { name });
  await keeps.field('training_classes.shown').fill(code);
  await press(manager, keeps.button('training_classes.note'));
  await said('training_classes.noted.already', { name });
});
