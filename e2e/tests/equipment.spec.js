// The register of devices: entered alike at once, a misprinted quantity read by its price, broken and replaced, moved, and the budget table.
import { on } from '../support/offers.js';
import { expect, press, test } from '../support/test.js';
import { containing } from '../support/words.js';

test('devices are entered, break, are mended, moved and written off @nojs', async ({ open, check, t }) => {
  test.slow();
  const run = Date.now().toString(36).toUpperCase(); // no other run uses these numbers
  const keeper = await open('thukho');
  const keeps = on(keeper, t);
  const model = `ACR1252U ${run}`;

  await test.step('a misprinted quantity is read by the price once the total is there; nothing is lost', async () => {
    await keeper.goto('/equipment');
    await check(keeper, 'equipment-begin');
    await press(keeper, keeps.main.getByRole('link', { name: t('equipment.add'), exact: true }).first());
    await keeps.field('equipment.unit_code').fill('H57.10');
    await keeps.field('equipment.kind').selectOption('support');
    await keeps.field('equipment.model').fill(`Bộ hỗ trợ ${run}`);
    await keeps.field('equipment.price').fill('500.000');
    await keeps.field('equipment.quantity').fill('4.0');
    const unclear = await press(keeper, keeps.button('equipment.add'));
    expect(unclear.status()).toBe(422);
    await expect(keeps.field('equipment.quantity')).toHaveAccessibleDescription(containing(t('equipment.fault.unclear')));
    await expect(keeps.field('equipment.model')).toHaveValue(`Bộ hỗ trợ ${run}`);
    await check(keeper, 'equipment-add-wrong');
    await keeps.field('equipment.total').fill('20.000.000');
    await keeps.field('equipment.phase').fill('2');
    await keeper.getByLabel(t('equipment.planned')).check();
    await press(keeper, keeps.button('equipment.add'));
    await keeps.said('equipment.flash.added');
    await expect(keeps.main.getByText(t('equipment_state.planned')).first()).toBeVisible();
  });

  let path;
  await test.step('three readers by range, and the same range once more', async () => {
    for (const fits of [true, false]) {
      await keeper.goto('/equipment/add');
      await keeps.field('equipment.unit_code').fill('H57.10');
      await keeps.field('equipment.kind').selectOption('reader');
      await keeps.field('equipment.model').fill(model);
      await keeps.field('equipment.price').fill('3.000.000');
      await keeps.field('equipment.serials').fill(`${run}-1–${run}-3`);
      const answer = await press(keeper, keeps.button('equipment.add'));
      expect(answer.status()).toBe(fits ? 200 : 422);
      if (fits) path = new URL(keeper.url()).pathname;
    }
    await expect(keeps.main.getByText(`${run}-1`).first()).toBeVisible();
    await keeper.goto(`/equipment?serial=${run}`);
    await expect(keeps.main.locator('tbody tr')).toHaveCount(3);
    await check(keeper, 'equipment-list');
  });

  await test.step('one breaks, which needs a reason, and is counted among what has to be replaced', async () => {
    await keeper.goto(path);
    const silent = await press(keeper, keeps.button('equipment_event.broken'));
    expect(silent.status()).toBe(422);
    await check(keeper, 'equipment-item-wrong');
    await keeps.field('equipment.reason').fill('Rơi vỡ khi chuyển phòng');
    await press(keeper, keeps.button('equipment_event.broken'));
    await keeps.said('equipment.flash.noted');
    await expect(keeps.main.getByText(containing('Rơi vỡ khi chuyển phòng')).first()).toBeVisible();
    await check(keeper, 'equipment-item-broken');
    await keeper.goto(`/equipment?serial=${run}`);
    await press(keeper, keeps.link('equipment.replace_list'));
    await expect(keeps.main.locator('tbody tr')).toHaveCount(1);
    await check(keeper, 'equipment-to-replace');
  });

  await test.step('mended, changed, moved, and written off', async () => {
    await keeper.goto(path);
    await press(keeper, keeps.button('equipment_event.mend'));
    const stale = await open('thukho');
    await stale.goto(`${path}/change`);
    await press(keeper, keeps.link('equipment.change'));
    await keeps.field('equipment.note').fill('Bàn tiếp dân');
    await press(keeper, keeps.button('form.save'));
    await keeps.said('equipment.flash.changed');
    const late = await press(stale, on(stale, t).button('form.save'));
    expect(late.status()).toBe(409);
    await check(stale, 'equipment-stale');
    await keeps.field('equipment.unit_code').fill('H57.11');
    await press(keeper, keeps.button('equipment.give_away'));
    await keeps.said('equipment.flash.moved');
    await keeps.field('equipment.reason').fill('Hết khấu hao');
    await press(keeper, keeps.button('equipment_event.retire'));
    await expect(keeps.main.getByText(t('equipment_state.retired')).first()).toBeVisible();
    await expect(keeps.button('equipment_event.broken')).toHaveCount(0);
  });

  await test.step('the budget table, and the list as a file', async () => {
    await keeper.goto('/equipment/plan');
    await check(keeper, 'equipment-plan');
    await expect(keeps.main.getByRole('heading', { name: t('equipment.phase_of', { phase: '2' }) })).toBeVisible();
    const file = await keeper.request.get(`/equipment?serial=${run}&as=csv`);
    expect(await file.text()).toContain(`${run}-2`);
  });

  await test.step('who inspects sees it and changes nothing', async () => {
    const inspector = await open('thanhtra');
    await inspector.goto(path);
    await expect(on(inspector, t).button('equipment.give_away')).toHaveCount(0);
    const answer = await inspector.goto('/equipment/add');
    expect(answer.status()).toBe(403);
  });
});
