// Certificates that there are already come in from a table and from files; what nobody uses or has is chased; who is subscriber manager is noted;
// the office tells everybody about digital signatures.
import { archive } from '../support/archive.js';
import { authority } from '../support/authority.js';
import { on } from '../support/offers.js';
import { SCAN } from '../support/paper.js';
import { checkFrame, remember } from '../support/look.js';
import { expect, press, test } from '../support/test.js';
import { containing } from '../support/words.js';

const day = (days) => new Date(Date.now() + 7 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10);

test('certificates come in from a table and from files, and are chased where nobody uses them @nojs', async ({ open, check, t }) => {
  test.slow();
  const run = Date.now().toString(16).toUpperCase(); // no other run uses these numbers
  const manager = await open('thuebao');
  const manages = on(manager, t);
  await manager.goto('/people');
  const codes = await manages.main.getByText(/^57\.\d{5}$/).allTextContents();
  const keeper = codes[0].trim();

  await test.step('a table is checked, mended and imported', async () => {
    await manager.goto('/import?what=certificates');
    await check(manager, 'import-certificates');
    const head = 'Số serial\tLoại\tMã đơn vị\tNgày cấp\tNgày hết hạn\tNgười giữ\tNgày ký cuối\n';
    const rows = `AA${run}\tTổ chức\tH57.10\t01/03/2024\t28/02/2099\t${keeper}\t01/03/2024\n`;
    await manages.field('import.text.label').fill(`${head}${rows}BB${run}\tXe máy\tH57.10\t\t\t\t\n`);
    await press(manager, manages.button('import.check'));
    await expect(manages.main.getByText(containing(t('import.result.faulty')))).toBeVisible();
    await check(manager, 'import-certificates-wrong');
    await manages.field('import.text.label').fill(head + rows);
    await press(manager, manages.button('import.check_again'));
    await press(manager, manages.main.getByRole('button', { name: t('import.submit.certificates', { count: 1 }) }));
    await expect(manager.getByRole('status').getByText(containing(t('flash.certificates_imported', { new: 1, changed: 0, existing: 0, faulty: 0 })))).toBeVisible();
  });

  await test.step('it was not used for long: it is chased until somebody says when it was used', async () => {
    await manager.goto('/work');
    await expect(manages.main.getByRole('heading', { name: containing(t('work.chase_certificates')) })).toBeVisible();
    await check(manager, 'work-chase');
    await manager.goto('/certificates');
    await press(manager, manages.link('certificate_chase.title'));
    await check(manager, 'certificates-chased');
    await press(manager, manages.link('certificate_chase.unused_title'));
    await check(manager, 'certificates-unused');
    await manager.goto(`/certificates?unused=365&text=AA${run}`);
    await press(manager, manages.main.locator('a.row').first());
    await manages.field('certificates.used_on').fill(day(3));
    const ahead = await press(manager, manages.button('certificates.note_use'));
    expect(ahead.status()).toBe(422);
    await check(manager, 'certificate-use-wrong');
    await manages.field('certificates.used_on').fill(day(0));
    await press(manager, manages.button('certificates.note_use'));
    await manages.said('certificates.flash.used');
    await check(manager, 'certificate-used');
    await manager.goto(`/certificates?unused=90&text=AA${run}`);
    await expect(manages.main.locator('tbody tr')).toHaveCount(0);
  });

  await test.step('units without any are listed, and exported', async () => {
    await manager.goto('/certificates/units');
    await check(manager, 'units-without');
    await manager.goto('/certificates/units?class=commune&kind=organisation');
    const file = await manager.request.get('/certificates/units?class=commune&as=csv');
    expect(await file.text()).toContain(t('unit_class.commune'));
    const late = await manager.goto('/certificate-requests?overdue=1');
    expect(late.status()).toBe(200);
  });

  await test.step('files in an archive are looked at, then recorded, each with what is odd about it', async () => {
    const ca = authority();
    const seal = ca.certificate(`/C=VN/O=UBND tỉnh/UID=MDD:H57.10/CN=Văn thư ${run}`, 45);
    const stranger = ca.certificate(`/C=VN/O=Công ty ${run}/CN=Công ty ${run}`, 45);
    const files = [
      { name: 'van-thu.crt', buffer: seal.file.buffer },
      { name: 'cong-ty.crt', buffer: stranger.file.buffer },
      { name: 'khoa.key', buffer: seal.key.buffer },
      { name: 'ghi-chu.txt', buffer: Buffer.from('nothing') },
    ];
    await manager.goto('/certificates/files');
    await check(manager, 'certificate-files');
    await manages.field('certificate_bring.archive').setInputFiles({ ...archive(files), buffer: Buffer.from('no archive') });
    const refused = await press(manager, manages.button('certificate_bring.look'));
    expect(refused.status()).toBe(422);
    await check(manager, 'certificate-files-wrong');
    for (const word of ['look', 'record', 'record']) {
      await manages.field('certificate_bring.archive').setInputFiles(archive(files));
      await press(manager, manages.button(`certificate_bring.${word}`));
      await expect(manages.row('cong-ty.crt')).toContainText(t('certificate_wrong.nobody'));
      await expect(manages.row('khoa.key')).toContainText(t('certificate_wrong.secret_key'));
      if (word === 'look') await check(manager, 'certificate-files-looked');
    }
    await expect(manages.row('van-thu.crt')).toContainText(t('certificate_bring.one_held'));
    await check(manager, 'certificate-files-told');
  });
});

test('who is subscriber manager is noted by who sets the rules, and letters name it @nojs', async ({ open, check, t }) => {
  const run = Date.now().toString(36).toUpperCase();
  const [approver, manager] = await Promise.all(['pheduyet', 'thuebao'].map((login) => open(login)));
  const [decides, manages] = [approver, manager].map((page) => on(page, t));
  await approver.goto('/rules');
  await press(approver, decides.link('certificate_delegations.title'));
  // what an earlier run noted is ended
  const ends = approver.locator('details', { hasText: t('certificate_delegations.end') });
  while ((await ends.count()) > 0) {
    await ends.first().locator('summary').click();
    await ends.first().getByLabel(t('certificate_delegations.ended_on')).fill(day(0));
    await press(approver, ends.first().getByRole('button', { name: t('certificate_delegations.end') }));
    await decides.said('certificates.flash.delegation_ended');
  }
  await check(approver, 'delegations');
  const nothing = await press(approver, decides.button('certificate_delegations.add'));
  expect(nothing.status()).toBe(422);
  await check(approver, 'delegations-wrong');
  await decides.field('certificate_delegations.office').selectOption('office');
  await decides.field('certificates.unit_code').fill('H57.10');
  await decides.field('certificate_delegations.number').fill(`${run}/QĐ-UBND`);
  await decides.field('certificate_delegations.document_day').fill(day(-1));
  await decides.field('certificate_delegations.authority').fill('Ủy ban nhân dân tỉnh');
  await decides.field('certificate_delegations.from').last().fill(day(0));
  await decides.field('certificate_delegations.scan').setInputFiles(SCAN);
  await press(approver, decides.button('certificate_delegations.add'));
  await decides.said('certificates.flash.delegation_added');
  await check(approver, 'delegation-noted');
  await manager.goto('/certificates/managers');
  await expect(manages.main.getByText(containing(`${run}/QĐ-UBND`)).first()).toBeVisible();
  await expect(manages.button('certificate_delegations.add')).toHaveCount(0);
  const file = await manager.request.get(await manages.main.locator('a[href^="/files/"]').first().getAttribute('href'));
  expect(file.status()).toBe(200);
});

test('the office tells everybody about digital signatures @nojs', async ({ open, check, pictures, t }) => {
  const run = Date.now().toString(36);
  const manager = await open('thuebao');
  const writes = on(manager, t);
  await manager.goto('/settings/information');
  await check(manager, 'information-edit');
  await writes.field('information.vi').fill(`# Chữ ký số ${run}\n\nGửi **văn bản** tới [cổng](https://ca.gov.vn) <script>alert(1)</script>\n\n- Gia hạn trước 60 ngày`);
  await writes.field('information.en').fill(`# Signatures ${run}\n\nSee [the form](javascript:alert(1)) or [check a card](/scan/).`);
  await press(manager, writes.button('information.look'));
  await expect(writes.main.getByRole('heading', { name: `Chữ ký số ${run}` })).toBeVisible();
  await check(manager, 'information-preview');
  await press(manager, writes.button('information.publish'));
  await writes.said('information.published');
  await check(manager, 'information-published');
  const page = await open();
  await page.goto('/sign-in');
  await press(page, page.getByRole('link', { name: t('sign_in.information') }));
  for (const [lang, heading] of [['vi', `Chữ ký số ${run}`], ['en', `Signatures ${run}`]]) {
    const answer = await page.goto(`/information?lang=${lang}`);
    expect((await answer.body()).length).toBeLessThan(20_000);
    await expect(page.getByRole('heading', { name: heading })).toBeVisible();
    await expect(page.locator('script')).toHaveCount(0);
    await expect(page.locator('a[href^="javascript"]')).toHaveCount(0);
    await checkFrame(page);
    if (pictures) await remember(page, `information-${lang}`);
  }
  await page.goto('/t');
  await expect(page.locator('a[href="/information"]')).toBeVisible();
});
