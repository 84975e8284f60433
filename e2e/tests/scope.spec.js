// Who sees what: the navigation offers what the role may do, and another unit's people do not exist for it.
import { expect, test } from '../support/test.js';

const PLACES = {
  canbo: ['work'],
  baocao: ['work', 'units', 'plans', 'classes'],
  tochuc: ['work', 'people', 'units', 'verify', 'lists', 'cards', 'handovers', 'equipment', 'entry_systems', 'certificates', 'classes'],
  thanhtra: ['work', 'people', 'units', 'lists', 'cards', 'stock', 'equipment', 'entry_systems', 'certificates', 'plans', 'classes'],
  kiemtra: ['work', 'people', 'units', 'lists', 'cards', 'national', 'ministry', 'import_data', 'stock', 'equipment', 'entry_systems', 'classes', 'information', 'reader'],
  capthe: ['work', 'people', 'units', 'issue', 'cards', 'handovers', 'stock', 'reader'],
  thukho: ['work', 'units', 'stock', 'equipment', 'reader'],
  chungkien: ['work', 'witness', 'stock'],
  pheduyet: ['work', 'people', 'units', 'lists', 'cards', 'stock', 'equipment', 'entry_systems', 'plans', 'rules', 'keys', 'accounts'],
  quantri: ['work', 'units', 'reader', 'keys', 'accounts'],
  nhatky: ['work', 'units', 'keys', 'accounts', 'audit'],
  giukhoa: ['work', 'keys'],
  thuebao: ['work', 'people', 'units', 'import_data', 'certificates', 'plans', 'classes', 'information'],
};
const ADDRESSES = {
  people: '/people',
  reader: '/reader',
  units: '/units',
  verify: '/verify',
  lists: '/lists',
  issue: '/issue',
  witness: '/witness',
  cards: '/cards',
  ministry: '/ministry',
  national: '/national',
  rules: '/rules',
  keys: '/keys',
  import_data: '/import',
  stock: '/stock',
  equipment: '/equipment',
  entry_systems: '/entry-systems',
  certificates: '/certificates',
  information: '/settings/information',
  plans: '/certificate-plans',
  classes: '/training-classes',
  accounts: '/settings/accounts',
  audit: '/audit',
};

for (const [login, places] of Object.entries(PLACES)) {
  test(`${login} is offered what the role may do, and nothing else opens`, async ({ open, t }) => {
    const page = await open(login);
    await page.goto('/work');
    const links = page.getByRole('navigation', { name: t('shell.nav') }).getByRole('list').getByRole('link');
    await expect(links).toHaveText(places.map((place) => t(`nav.${place}`)));
    for (const [place, address] of Object.entries(ADDRESSES)) {
      const answer = await page.goto(address);
      // who may see units only is led from the people to them
      const led = place === 'people' && places.includes('units');
      expect(answer.status(), address).toBe(places.includes(place) || led ? 200 : 403);
      if (led && !places.includes('people')) expect(new URL(page.url()).pathname).toMatch(/^\/units/);
    }
  });
}

test('personnel officers see their own agency, and of another nothing', async ({ open, t }) => {
  const checker = await open('kiemtra');
  const officer = await open('tochuc');
  await officer.goto('/units');
  const own = new URL(officer.url()).pathname.split('/').pop();
  const ownPeople = await addresses(officer, '/people');
  expect(ownPeople.length).toBeGreaterThan(0);

  const all = await addresses(checker, '/units');
  const other = all.find((address) => address.startsWith('/units/') && address !== `/units/${own}`);
  const [stranger] = await addresses(checker, `/people?unit=${other.split('/').pop()}`);
  expect(stranger).toMatch(/^\/people\/\d+$/);
  expect(ownPeople).not.toContain(stranger);

  for (const address of [stranger, `${stranger}/change`, `${stranger}/move`, other, `${other}/people/add`]) {
    const answer = await officer.goto(address);
    expect(answer.status(), address).toBe(404);
    await expect(officer.getByRole('heading', { level: 1, name: t('failure.not_found.title') })).toBeVisible();
  }
  // nor by name: the search looks only where the officer may look
  await checker.goto(stranger);
  const code = await checker.locator('.person-head .code').textContent();
  expect(await addresses(officer, `/people?q=${code}`)).toEqual([]);
  const found = await officer.request.get(`/find?q=${code}`);
  expect(await found.json()).toEqual([]);
});

async function addresses(page, from) {
  await page.goto(from);
  return page.locator('main a.row').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
}
