// A key set from the proposal to its use: the operator proposes, the approver agrees, three custodians draw it, copy a share each and type it
// back. A share is seen once. Then two of them try their shares.
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { account } from '../support/accounts.js';
import { on } from '../support/offers.js';
import { ARTEFACTS } from '../support/places.js';
import { confirm } from '../support/sign_in.js';
import { expect, press, test } from '../support/test.js';
import { containing, pattern } from '../support/words.js';

const CUSTODIANS = ['giukhoa', 'giukhoa2', 'giukhoa3'];
const COMPONENTS = ['4 1 6 2 5 3 3 1 6 4 2 2 5 1 6', 'bò vàng gặm cỏ bên sông Hương', '6 6 5 1 2 4 3 1 5 2 6 3 1 4 2'];
/** A lock older than this was left behind. */
const STALE_MS = 900_000;

/** A portal has one ceremony at a time: journeys with and without JavaScript are one after the other. */
async function alone(portal, act) {
  const folder = join(ARTEFACTS, '.ceremonies');
  mkdirSync(folder, { recursive: true });
  const lock = join(folder, new URL(portal).host.replace(':', '-'));
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      const since = statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
      if (Date.now() - since > STALE_MS) rmSync(lock, { recursive: true, force: true });
      await sleep(500);
    }
  }
  try {
    await act();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

test('a key set is drawn by three custodians and put in use @nojs', async ({ open, check, baseURL, t }) => {
  test.setTimeout(1_200_000);
  const operator = await open('quantri');
  const approver = await open('pheduyet');
  const custodians = [];
  for (const login of CUSTODIANS) custodians.push({ login, page: await open(login) });
  const [asOperator, asApprover] = [operator, approver].map((page) => on(page, t));
  const sure = (page, login, button) => confirm(page, baseURL, t, account(login), button);

  await alone(baseURL, async () => {
    const ceremony = await test.step('the operator proposes three different people', async () => {
      await operator.goto('/keys');
      await check(operator, 'keys');
      // what an earlier run left behind
      if ((await asOperator.link('keys.begin').count()) === 0) {
        await press(operator, asOperator.main.getByRole('rowheader').getByRole('link').first());
        await asOperator.main.getByText(t('ceremony.break_off'), { exact: true }).click();
        await asOperator.field('keys.reason').fill('Phiên trước bị gián đoạn');
        await press(operator, asOperator.button('ceremony.break_submit'));
        await operator.goto('/keys');
      }
      await press(operator, asOperator.link('keys.begin'));
      const choices = operator.locator('main select');
      const names = await choices.first().locator('option:not([value=""])').allTextContents();
      expect(names.length).toBeGreaterThanOrEqual(3);
      for (const [nth, name] of [names[0], names[1], names[0]].entries()) {
        await choices.nth(nth).selectOption({ label: name });
      }
      expect((await press(operator, asOperator.button('ceremony.begin_submit'))).status()).toBe(422);
      await expect(choices.nth(2)).toHaveAccessibleDescription(containing(t('fault.custodian_twice')));
      await expect(asOperator.field('ceremony.decision')).toHaveAccessibleDescription(containing(t('fault.missing')));
      await check(operator, 'key-ceremony-wrong');
      await choices.nth(2).selectOption({ label: names[2] });
      await asOperator.field('ceremony.decision').fill('7/QĐ-SNV');
      await press(operator, asOperator.button('ceremony.begin_submit'));
      await asOperator.said('flash.ceremony_proposed');
      await expect(operator.getByText(t('ceremony.wait'))).toBeVisible();
      await check(operator, 'key-ceremony-proposed');
      return new URL(operator.url()).pathname;
    });

    await test.step('the approver finds it among the work, and agrees', async () => {
      await approver.goto('/work');
      await expect(approver.getByRole('heading', { name: containing(t('work.key_ceremony')) })).toBeVisible();
      await approver.goto(ceremony);
      await check(approver, 'key-ceremony-decide');
      await sure(approver, 'pheduyet', asApprover.button('ceremony.agree'));
      await asApprover.said('flash.ceremony_agreed');
      await expect(asApprover.button('ceremony.agree')).toHaveCount(0);
    });

    await test.step('each custodian gives a component', async () => {
      for (const [nth, { login, page }] of custodians.entries()) {
        const as = on(page, t);
        await page.goto(ceremony);
        await as.field('ceremony.component').fill('123456');
        await sure(page, login, as.button('ceremony.give'));
        await expect(as.field('ceremony.component')).toHaveAccessibleDescription(containing(t('fault.too_short', { min: 20 })));
        await expect(as.field('ceremony.component')).toHaveValue('123456');
        if (nth === 0) await check(page, 'key-component-wrong');
        await as.field('ceremony.component').fill(COMPONENTS[nth]);
        await sure(page, login, as.button('ceremony.give'));
        await as.said('flash.component_given');
      }
    });

    await test.step('one of them has the set drawn', async () => {
      const { login, page } = custodians[1];
      const as = on(page, t);
      await page.goto(ceremony);
      await check(page, 'key-draw');
      await sure(page, login, as.button('ceremony.draw'));
      await as.said('flash.set_drawn');
    });

    const shares = [];
    await test.step('each sees the own share once, and it stands nowhere else', async () => {
      for (const [nth, { login, page }] of custodians.entries()) {
        const as = on(page, t);
        await page.goto(ceremony);
        await sure(page, login, as.button('ceremony.show'));
        await expect(page.getByRole('heading', { level: 1, name: pattern(t('share.title')) })).toBeVisible();
        const share = await page.locator('#share').textContent();
        expect(share.trim().split('\n')).toHaveLength(4);
        shares.push(share.trim());
        // no picture is kept of it
        await check(page);
        expect(page.url()).not.toContain(share.slice(0, 4));
        await press(page, as.link('share.go'));
        await expect(page.getByText(share.trim().split('\n')[1])).toHaveCount(0);
        await expect(as.button('ceremony.show')).toHaveCount(0);
        if (nth === 0) await check(page, 'key-confirm');
      }
      expect(new Set(shares).size).toBe(3);
    });

    await test.step('each types it back; a mistyped line is named', async () => {
      for (const [nth, { login, page }] of custodians.entries()) {
        const as = on(page, t);
        if (nth === 0) {
          const lines = shares[0].split('\n');
          await as.field('ceremony.share').fill([lines[0], lines[2], lines[2], lines[3]].join('\n'));
          await sure(page, login, as.button('ceremony.confirm'));
          await expect(as.field('ceremony.share')).toHaveAccessibleDescription(containing(t('fault.share.line', { number: 2 })));
          // no picture: a part of the share stands there
          await check(page);
        }
        await as.field('ceremony.share').fill(shares[nth].toLowerCase());
        await sure(page, login, as.button('ceremony.confirm'));
        await as.said(nth === 2 ? 'flash.set_kept' : 'flash.share_confirmed');
      }
    });

    await test.step('the approver puts it in use', async () => {
      await approver.goto('/keys');
      await check(approver, 'keys-prepared');
      await approver.locator('select[name="what"]').selectOption({ index: 1 });
      await sure(approver, 'pheduyet', asApprover.button('keys.decide_submit'));
      await asApprover.said('flash.set_in_use');
      await expect(approver.getByText(t('keys.in_use'), { exact: true })).toHaveCount(1);
      await check(approver, 'keys-in-use');
      const { keys } = await (await approver.request.get('/.well-known/congthe-keys.json')).json();
      expect(keys.filter((key) => key.state === 'in_use')).toHaveLength(1);
      expect(keys.every((key) => /^[\w-]{43}$/.test(key.ed25519) && /^[0-9a-f]{8}$/.test(key.key_id))).toBe(true);
    });

    await test.step('two custodians try their shares', async () => {
      for (const [nth, said] of [
        [0, 'flash.share_waits'],
        [2, 'flash.shares_tried'],
      ]) {
        const { login, page } = custodians[nth];
        const as = on(page, t);
        await page.goto('/keys');
        await press(page, as.link('keys.go_restore'));
        if (nth === 2) await check(page, 'key-restore-waits');
        await as.field('restore.share').fill(shares[nth]);
        await sure(page, login, as.button('restore.submit'));
        await as.said(said);
      }
    });

    await test.step('the auditor finds each step, and no share', async () => {
      const auditor = await open('nhatky');
      await auditor.goto('/audit?action=key_ceremony.show');
      await expect(auditor.locator('main table').getByText(t('audit_action.key_ceremony_show')).first()).toBeVisible();
      const text = await auditor.locator('main').textContent();
      for (const share of shares) for (const line of share.split('\n')) expect(text).not.toContain(line);
    });
  });
});
