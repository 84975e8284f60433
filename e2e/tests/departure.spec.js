// Somebody retires: reported with the decision, the card locked at once, then void, then back; each task is done by its own step.
import { account } from '../support/accounts.js';
import { issued } from '../support/issued.js';
import { on } from '../support/offers.js';
import { SCAN } from '../support/paper.js';
import { confirm } from '../support/sign_in.js';
import { blank, somebody } from '../support/taken.js';
import { expect, press, test } from '../support/test.js';

test('who retires leaves tasks that are done one by one', async ({ open, check, browser, baseURL, t }) => {
  test.slow();
  const look = await open('tochuc');
  const person = await somebody(look, t);
  const { card, officer, approver } = await issued({ open, browser, baseURL, t }, person, blank('KC'));
  const unit = on(officer, t);
  const today = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);

  await test.step('the unit reports it with the decision', async () => {
    await officer.goto(person);
    await press(officer, unit.link('departure.title'));
    const nothing = await press(officer, unit.button('departure.submit'));
    expect(nothing.status()).toBe(422);
    await check(officer, 'leave-wrong');
    await unit.field('departure.kind').selectOption('retirement');
    await unit.field('departure.since').fill(today);
    await unit.field('departure.decision').fill('15/QĐ-SNV');
    await unit.field('departure.evidence').setInputFiles(SCAN);
    await check(officer, 'leave');
    await press(officer, unit.button('departure.submit'));
    await unit.said('flash.departure_reported');
    await expect(unit.row(t('departure_task.lock_card')).getByText(t('departure.done', { day: '' }).trim())).toBeVisible();
    await expect(unit.row(t('departure_task.invalidate_card')).getByText(t('departure.open'))).toBeVisible();
    await check(officer, 'person-left');
  });

  await test.step('the approver makes the card void', async () => {
    const decides = on(approver, t);
    await approver.goto('/work');
    await approver.goto(card);
    await confirm(approver, baseURL, t, account('pheduyet'), decides.button('cards.invalidate'));
    await decides.said('flash.card_invalidated');
    await officer.goto(person);
    await expect(unit.row(t('departure_task.invalidate_card')).getByText(t('departure.done', { day: '' }).trim())).toBeVisible();
    await expect(unit.main.getByText(t('departure.mistake'))).toHaveCount(0);
  });

  await test.step('the unit takes it back, and nothing is left to do', async () => {
    await press(officer, unit.row(t('departure_task.recover_card')).getByRole('link'));
    await press(officer, unit.button('cards.recover'));
    await unit.said('flash.card_recovered');
    await officer.goto(person);
    await expect(unit.main.getByText(t('departure.open'))).toHaveCount(0);
    await check(officer, 'person-left-done');
  });
});

test('a departure that was a mistake is taken back', async ({ open, check, t }) => {
  const officer = await open('tochuc');
  const unit = on(officer, t);
  const person = await somebody(officer, t);
  await officer.goto(`${person}/leave`);
  await unit.field('departure.kind').selectOption('resignation');
  await unit.field('departure.since').fill(new Date(Date.now() + 40 * 86_400_000).toISOString().slice(0, 10));
  await unit.field('departure.decision').fill('16/QĐ-SNV');
  await press(officer, unit.button('departure.submit'));
  await check(officer, 'person-leaves');
  await unit.main.getByText(t('departure.mistake')).click();
  await press(officer, unit.button('departure.take_back'));
  await unit.said('flash.departure_taken_back');
  await expect(unit.link('departure.title')).toBeVisible();
});
