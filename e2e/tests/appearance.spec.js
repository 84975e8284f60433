// Every page of every role in both languages, from a telephone to a wide screen, by day and by night: pictures to look
// at, in artefacts/pages, and no fault that axe knows.
import { look, print } from '../support/look.js';
import { expect, test } from '../support/test.js';

const role = (login, places) => ({ login, places });

/** The address of the first link that matches on a page. */
const first = (from, link) => async (page) => {
  await page.goto(from);
  return page.locator(link).first().getAttribute('href');
};
const below = (place, end) => async (page) => `${await place(page)}${end}`;

const agency = first('/units?q=H57.10', 'main a.row');
const person = first('/people', 'main a.row');
const someone = first('/settings/accounts?q=baocao', 'main a.row');
const proposed = first('/settings/accounts?q=moi', 'main a.row');

const ROLES = [
  role(undefined, {
    'sign-in': '/sign-in',
    start: '/start',
    'not-found': '/khong-co-trang-nay',
    'link-spent': '/activate/het-han',
  }),
  role('canbo', { work: '/work', me: '/me', password: '/me/password', enrol: '/second-factor', forbidden: '/audit' }),
  role('kiemtra', {
    work: '/work',
    people: '/people',
    'people-found': '/people?q=nguyen&kind=civil_servant',
    'people-none': '/people?q=zzzz',
    person,
    'person-change': below(person, '/change'),
    'person-move': below(person, '/move'),
    province: '/units',
    'units-found': '/units?q=huong',
    'units-none': '/units?q=zzzz',
    unit: agency,
    'unit-add': below(agency, '/add'),
    'unit-change': below(agency, '/change'),
    'unit-posts': below(agency, '/posts'),
    'unit-close': below(agency, '/close'),
    'unit-add-person': below(agency, '/people/add'),
    import: '/import',
    me: '/me',
  }),
  role('pheduyet', { work: '/work', 'person-erase': below(person, '/erase'), accounts: '/settings/accounts' }),
  role('quantri', {
    work: '/work',
    accounts: '/settings/accounts',
    'accounts-none': '/settings/accounts?q=zzzz',
    'account-add': '/settings/accounts/add',
    account: someone,
    'account-invited': proposed,
    'account-reset': below(someone, '/reset'),
    'account-switch': below(someone, '/switch'),
    'grant-propose': below(someone, '/grant'),
  }),
  role('nhatky', { work: '/work', audit: '/audit', 'audit-none': '/audit?object=unit:99999', verify: '/audit/verify' }),
  role('thanhtra', { work: '/work', 'person-read': person }),
  role('capthe', { work: '/work', reader: '/reader' }),
  role('tochuc', {
    work: '/work',
    units: '/units',
    people: '/people',
    card: below(person, '/card'),
    portrait: below(person, '/portrait/change'),
  }),
];

test.describe.configure({ mode: 'parallel' });
test.skip(({ pictures }) => !pictures, 'the pages look the same on every database');

for (const { login, places } of ROLES) {
  for (const lang of ['vi', 'en']) {
    test(`what ${login ?? 'a visitor'} sees, ${lang}`, async ({ open }) => {
      test.setTimeout(240_000);
      const page = await open(login, { language: lang });
      for (const [name, place] of Object.entries(places)) {
        await page.goto(typeof place === 'string' ? place : await place(page));
        await look(page, `pages/${lang}`, `${login ?? 'visitor'}-${name}`, { night: lang === 'vi' });
      }
    });
  }
}

test('a list is printed with the national header and without the interface', async ({ open, t }) => {
  const page = await open('kiemtra');
  await page.goto('/people?q=dang');
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('header.top')).toBeHidden();
  await expect(page.locator('nav.side')).toBeHidden();
  await expect(page.getByRole('search').first()).toBeHidden();
  await expect(page.getByText(t('part.print.nation'))).toBeVisible();
  await print(page, 'pages', 'people');
  await page.goto(await person(page));
  await print(page, 'pages', 'person');
});
