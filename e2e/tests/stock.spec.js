// The stock of blanks: a lot comes, is looked at and accepted, goes to a station, is spoiled, destroyed before a witness, counted; and the
// balance of it all. Keeper, operator and witness are three people.
import { account } from '../support/accounts.js';
import { look } from '../support/look.js';
import { confirm } from '../support/sign_in.js';
import { expect, press, test } from '../support/test.js';
import { beginning, containing } from '../support/words.js';

const main = (page) => page.locator('main');
const field = (page, label) => page.locator('form.form').getByLabel(beginning(label)).first();
const button = (page, name) => main(page).getByRole('button', { name, exact: true });
const link = (page, name) => main(page).getByRole('link', { name, exact: true }).first();
const fact = (page, term) =>
  page.locator('.facts > div').filter({ has: page.getByText(term, { exact: true }) }).locator('dd').first();

test('blanks are received, sent, spoiled, destroyed and counted, and the balance is even @nojs', async ({
  open,
  check,
  baseURL,
  t,
  pictures,
  javaScriptEnabled,
}) => {
  test.setTimeout(480_000);
  const run = Date.now().toString(36).toUpperCase(); // no other run uses these names
  const [kind, store, station, lot] = [`Phôi EV3 ${run}`, `Kho tỉnh ${run}`, `Điểm cấp thẻ ${run}`, `LÔ-${run}`];
  const serial = (n) => `${run}X${String(n).padStart(4, '0')}`;
  const range = (from, to) => `${serial(from)}–${serial(to)}`;
  const keeper = await open('thukho');
  const operator = await open('capthe');
  const witness = await open('chungkien');
  const said = (page, text) => expect(page.getByRole('status').getByText(text)).toBeVisible();

  await test.step('a type, its thickness first out of tolerance', async () => {
    await keeper.goto('/stock/types');
    await press(keeper, link(keeper, t('stock.kinds.add')));
    await field(keeper, t('stock.kinds.name')).fill(kind);
    await field(keeper, t('stock.kinds.code')).fill(run);
    await field(keeper, t('stock.kinds.supplier')).fill('Công ty Thẻ');
    await keeper.getByRole('radio', { name: t('stock.chip.embedded') }).check();
    await keeper.getByRole('radio', { name: t('stock.interface.contactless') }).check();
    await field(keeper, t('stock.kinds.chip_model')).fill('MIFARE DESFire EV3');
    await field(keeper, t('stock.kinds.memory')).selectOption('8');
    await field(keeper, t('stock.kinds.material')).fill('PVC nhiều lớp, lõi trắng');
    await keeper.getByRole('radio', { name: t('stock.surface.matt') }).check();
    await field(keeper, t('stock.kinds.thickness')).fill('0,9');
    await field(keeper, t('stock.kinds.appraisal')).fill('12/BNV-CCVC');
    const answer = await press(keeper, button(keeper, t('stock.kinds.add')));
    expect(answer.status()).toBe(422);
    await expect(field(keeper, t('stock.kinds.thickness'))).toHaveAccessibleDescription(containing('0,68'));
    await check(keeper, 'stock-type-wrong');
    await field(keeper, t('stock.kinds.thickness')).fill('0,76');
    await press(keeper, button(keeper, t('stock.kinds.add')));
    await said(keeper, t('stock.flash.type_added'));
  });

  await test.step('a store, and a station with a quota', async () => {
    for (const [name, choice, unit, quota, minimum] of [
      [store, 'store', '', '', '60'],
      [station, 'station', 'H57.10', '50', '20'],
    ]) {
      await keeper.goto('/stock/places/add');
      await field(keeper, t('stock.places.name')).fill(name);
      await keeper.getByRole('radio', { name: t(`stock.place_kind.${choice}`) }).check();
      await field(keeper, t('stock.places.unit')).fill(unit);
      await field(keeper, t('stock.places.quota')).fill(quota);
      await field(keeper, t('stock.places.minimum')).fill(minimum);
      await press(keeper, button(keeper, t('stock.places.add')));
      await said(keeper, t('stock.flash.place_added'));
    }
  });

  await test.step('a lot, its range first reversed; nothing is lost', async () => {
    await keeper.goto('/stock/lots/add');
    await field(keeper, t('stock.lots.kind')).selectOption({ label: `${run} – ${kind}` });
    await field(keeper, t('stock.lots.place')).selectOption({ label: store });
    await field(keeper, t('stock.lots.number')).fill(lot);
    await field(keeper, t('stock.lots.document')).fill('PGH 12');
    await field(keeper, t('stock.lots.stated')).fill('101');
    await field(keeper, t('stock.serials.label')).fill(range(100, 1));
    const reversed = await press(keeper, button(keeper, t('stock.lots.add')));
    expect(reversed.status()).toBe(422);
    await expect(field(keeper, t('stock.serials.label'))).toHaveAccessibleDescription(
      containing(t('stock.fault.reversed', { text: range(100, 1) })),
    );
    await expect(field(keeper, t('stock.lots.number'))).toHaveValue(lot);
    await check(keeper, 'stock-lot-wrong');
    await field(keeper, t('stock.serials.label')).fill(range(1, 100));
    await press(keeper, button(keeper, t('stock.lots.add')));
    // one less than the papers say, and nothing said about it
    await expect(field(keeper, t('stock.lots.note'))).toHaveAccessibleDescription(
      containing(t('stock.fault.differs', { counted: '100' })),
    );
    await field(keeper, t('stock.lots.note')).fill('Thiếu một phôi, nhà cung cấp sẽ giao bù.');
    await press(keeper, button(keeper, t('stock.lots.add')));
    await said(keeper, t('stock.flash.lot_received'));
  });

  await test.step('accepted once everything was looked at, but for one that goes back', async () => {
    const none = await press(keeper, button(keeper, t('stock.lots.accept')));
    expect(none.status()).toBe(422);
    await check(keeper, 'stock-lot-unchecked');
    const boxes = keeper.getByRole('checkbox');
    for (let nth = 0; nth < (await boxes.count()); nth += 1) await boxes.nth(nth).check();
    await field(keeper, t('stock.lots.back')).fill(serial(100));
    await field(keeper, t('stock.lots.decision_note')).fill('Phôi cuối bị xước.');
    await press(keeper, button(keeper, t('stock.lots.accept')));
    await said(keeper, t('stock.flash.lot_accepted'));
    await check(keeper, 'stock-lot-accepted');
  });

  await test.step('blanks that are ticked in the list stand in the form', async () => {
    await keeper.goto(`/stock/blanks?serial=${serial(2)}`);
    await keeper.getByRole('checkbox', { name: serial(2), exact: true }).check();
    await check(keeper, 'stock-chosen');
    await press(keeper, button(keeper, t('stock.aside.title')));
    await expect(field(keeper, t('stock.serials.label'))).toHaveValue(serial(2));
  });

  await test.step('to the station within its quota; somebody else takes them in', async () => {
    await keeper.goto('/stock/move');
    await field(keeper, t('stock.moves.from')).selectOption({ label: store });
    await field(keeper, t('stock.moves.to')).selectOption({ label: station });
    await field(keeper, t('stock.serials.label')).fill(range(1, 60));
    await press(keeper, button(keeper, t('stock.moves.add')));
    await expect(field(keeper, t('stock.moves.to'))).toHaveAccessibleDescription(
      containing(t('stock.fault.quota', { left: '50' })),
    );
    await field(keeper, t('stock.serials.label')).fill(range(1, 30));
    await press(keeper, button(keeper, t('stock.moves.add')));
    await said(keeper, t('stock.flash.sent'));
    await expect(main(keeper)).toContainText(t('stock.moves.own'));
    const address = keeper.url();
    await operator.goto('/work');
    await expect(main(operator)).toContainText(t('stock.work.take_in'));
    await operator.goto(address);
    await check(operator, 'stock-transfer');
    await press(operator, button(operator, t('stock.moves.take_in', { count: '30' })));
    await said(operator, t('stock.flash.taken_in'));
  });

  await test.step('spoiled by the operator, destroyed before the witness', async () => {
    await operator.goto('/stock/spoil');
    await field(operator, t('stock.spoil.place')).selectOption({ label: station });
    await field(operator, t('stock.serials.label')).fill(range(1, 2));
    await operator.getByRole('radio', { name: t('stock.reason.misprint') }).check();
    await press(operator, button(operator, t('stock.spoil.submit')));
    await said(operator, t('stock.flash.spoiled', { count: '2' }));

    await keeper.goto('/stock/destructions/add');
    await field(keeper, t('stock.destructions.place')).selectOption({ label: station });
    await field(keeper, t('stock.destructions.method')).fill('Cắt vụn qua chip và ăng-ten');
    await press(keeper, button(keeper, t('stock.destructions.add')));
    await said(keeper, t('stock.flash.drawn_up'));
    await expect(main(keeper)).toContainText(t('stock.destructions.own'));
    await witness.goto(keeper.url());
    await check(witness, 'stock-destruction-waits');
    const submit = button(witness, t('stock.destructions.confirm', { count: '2' }));
    await confirm(witness, baseURL, t, account('chungkien'), submit);
    await said(witness, t('stock.flash.destroyed'));
  });

  await test.step('a count does not find one', async () => {
    await keeper.goto('/stock/count');
    await field(keeper, t('stock.count.place')).selectOption({ label: station });
    await field(keeper, t('stock.serials.label')).fill(range(3, 29));
    await field(keeper, t('stock.count.note')).fill('Không thấy một phôi, đang tìm.');
    await press(keeper, button(keeper, t('stock.count.submit')));
    await said(keeper, t('stock.flash.counted'));
    await expect(fact(keeper, t('stock.count.missing'))).toHaveText(serial(30));
    await check(keeper, 'stock-counted');
  });

  await test.step('the history of one, and the balance', async () => {
    await keeper.goto(`/stock/blanks?serial=${serial(1)}`);
    await press(keeper, keeper.getByRole('rowheader').getByRole('link').first());
    await expect(keeper.locator('.history').getByRole('listitem')).toHaveCount(6);
    await expect(fact(keeper, t('stock.blanks.state'))).toHaveText(t('stock.state.destroyed'));
    await check(keeper, 'stock-blank');
    await keeper.goto('/stock');
    await expect(main(keeper)).toContainText(t('stock.overview.balanced'));
    await expect(main(keeper)).not.toContainText(t('stock.overview.unbalanced'));
    const row = keeper.getByRole('row').filter({ hasText: station });
    await expect(row).toContainText('27/50');
    await keeper.goto('/stock?on=31/12/2099');
    await expect(keeper.getByRole('alert')).toContainText(t('fault.future'));
  });

  if (!pictures || javaScriptEnabled === false) return;
  await test.step('every page of the stock in both languages', async () => {
    const pages = {
      stock: '/stock',
      blanks: '/stock/blanks',
      lots: '/stock/lots',
      'lot-add': '/stock/lots/add',
      moves: '/stock/moves',
      move: '/stock/move',
      spare: '/stock/spare',
      spoil: '/stock/spoil',
      destructions: '/stock/destructions',
      'destruction-add': '/stock/destructions/add',
      count: '/stock/count',
      types: '/stock/types',
      'type-add': '/stock/types/add',
      places: '/stock/places',
      'place-add': '/stock/places/add',
      work: '/work',
    };
    for (const lang of ['vi', 'en']) {
      const page = await open('thukho', { language: lang });
      for (const [name, address] of Object.entries(pages)) {
        await page.goto(address);
        await look(page, `pages/${lang}`, `thukho-${name}`, { night: lang === 'vi' });
      }
    }
  });
});
