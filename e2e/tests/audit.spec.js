// The auditor reads and verifies the log; anybody can hold a proof against the signed head without the portal's code.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { expect, press, test } from '../support/test.js';
import { beginning, containing, pattern } from '../support/words.js';

test('the log is listed, filtered, verified, and its head signed @nojs', async ({ open, check, t }) => {
  const page = await open('nhatky');
  const rows = page.locator('main table').last().locator('tbody tr');
  await page.goto('/audit');
  await expect(page.getByRole('heading', { level: 1, name: t('audit.title') })).toBeVisible();
  expect(await rows.count()).toBeGreaterThan(10);
  await check(page);

  await test.step('filters are kept in the address, page by page', async () => {
    await page.getByLabel(beginning(t('audit.action_filter'))).selectOption('person.add');
    await press(page, page.getByRole('button', { name: t('audit.submit') }));
    await expect(page).toHaveURL(/action=person\.add/);
    await expect(rows.filter({ hasText: t('audit_action.person_add') })).toHaveCount(await rows.count());
    const newest = await rows.first().getByRole('cell').first().textContent();
    await press(page, page.getByRole('link', { name: t('audit.older') }));
    await expect(page).toHaveURL(/action=person\.add.*before=|before=.*action=person\.add/);
    await expect(rows.first().getByRole('cell').first()).not.toHaveText(newest);
    await press(page, page.getByRole('link', { name: t('audit.newest') }));
    await expect(page.getByLabel(beginning(t('audit.action_filter')))).toHaveValue('person.add');
    await press(page, page.getByRole('link', { name: t('audit.clear') }));

    await page.getByLabel(t('audit.object')).fill(t('audit_object.unit', { id: '1' }));
    await press(page, page.getByRole('button', { name: t('audit.submit') }));
    await expect(rows.filter({ hasText: t('audit_object.unit', { id: '1' }) })).toHaveCount(await rows.count());
    await page.getByLabel(t('audit.object')).fill('unit:99999');
    await press(page, page.getByRole('button', { name: t('audit.submit') }));
    await expect(page.getByText(t('audit.empty_title'))).toBeVisible();
    await check(page, 'audit-none');
  });

  await test.step('days are asked for in the official form, and a wrong one is told beside its field', async () => {
    const [from, to] = [page.getByLabel(beginning(t('audit.from'))), page.getByLabel(beginning(t('audit.to')))];
    const ask = () => press(page, page.getByRole('button', { name: t('audit.submit') }));
    await page.goto('/audit');
    const newest = await rows.first().getByRole('cell').nth(1).textContent();
    const today = newest.trim().split(' ')[1];
    await from.fill(today);
    await to.fill(today);
    await ask();
    await expect(from).toHaveValue(today);
    await expect(rows.filter({ hasText: today })).toHaveCount(await rows.count());
    expect(await rows.count()).toBeGreaterThan(0);
    await from.fill('31/02/2026');
    expect((await ask()).status()).toBe(422);
    await expect(from).toHaveAccessibleDescription(containing(t('fault.date')));
    await expect(from).toHaveValue('31/02/2026');
    await check(page, 'audit-wrong-day');
    await from.fill('02/01/2020');
    await to.fill('01/01/2020');
    expect((await ask()).status()).toBe(422);
    await expect(to).toHaveAccessibleDescription(containing(t('fault.before', { day: '02/01/2020' })));
    await from.fill('');
    expect((await ask()).status()).toBe(200);
    await expect(page.getByText(t('audit.empty_title'))).toBeVisible();
  });

  await page.goto('/audit');
  await press(page, page.getByRole('button', { name: t('audit.sign') }));
  await expect(page.getByRole('status').getByText(t('flash.head_signed'))).toBeVisible();
  await press(page, page.getByRole('link', { name: t('audit.verify') }));
  await expect(page.getByText(pattern(t('audit_verify.whole')))).toBeVisible();
  await check(page);
});

test('the signed head and a proof stand without the portal', async ({ request }) => {
  const answer = await request.get('/api/v1/audit/head');
  expect(answer.status()).toBe(200);
  expect(answer.headers()['content-type']).toContain('application/json');
  const head = await answer.json();

  const signed = Buffer.alloc(101);
  signed.write('congthe/audit-head/1\0', 0, 'latin1');
  signed.writeBigUInt64BE(BigInt(head.size), 21);
  Buffer.from(head.root, 'hex').copy(signed, 29);
  Buffer.from(head.chain, 'hex').copy(signed, 61);
  signed.writeBigInt64BE(BigInt(head.at), 93);
  // RFC 8410 §4: the header of an Ed25519 public key
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(head.key, 'hex')]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  expect(verify(null, signed, key, Buffer.from(head.signature, 'hex'))).toBe(true);

  for (const entry of [0, 1, head.size >> 1, head.size - 1]) {
    const proof = await (await request.get(`/api/v1/audit/inclusion?entry=${entry}&size=${head.size}`)).json();
    expect(proof.entry, 'who is not an auditor does not see the entry').toBeUndefined();
    expect(rootOf(proof, entry), `entry ${entry}`).toBe(head.root);
  }
  expect((await request.get(`/api/v1/audit/inclusion?entry=${head.size * 10}`)).status()).toBeGreaterThanOrEqual(400);
  expect((await request.get('/api/v1/audit/inclusion?entry=x')).status()).toBe(400);
});

// RFC 9162 §2.1.3.2
function rootOf({ leaf, path, size }, index) {
  const node = (left, right) => createHash('sha256').update(Buffer.from([1])).update(left).update(right).digest();
  let [fn, sn, hash] = [index, size - 1, Buffer.from(leaf, 'hex')];
  for (const step of path) {
    const sibling = Buffer.from(step, 'hex');
    if (fn % 2 === 1 || fn === sn) {
      hash = node(sibling, hash);
      while (fn % 2 === 0 && fn > 0) [fn, sn] = [fn >> 1, sn >> 1];
    } else {
      hash = node(hash, sibling);
    }
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  return hash.toString('hex');
}

test('what somebody did in the portal stands in the log under their name', async ({ open, t }) => {
  const page = await open('nhatky');
  await page.goto('/audit?action=session.begin');
  const me = await page.locator('.me .name').textContent();
  const row = page.locator('main table').last().locator('tbody tr').filter({ hasText: me }).first();
  await expect(row).toContainText(containing(t('audit_action.session_begin')));
});
