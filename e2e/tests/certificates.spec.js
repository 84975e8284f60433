// The subscriber manager records a unit's certificate from its file, hands it to a clerk with its token, passes it on, and gets the token back.
import { authority } from '../support/authority.js';
import { on } from '../support/offers.js';
import { expect, press, test } from '../support/test.js';
import { containing } from '../support/words.js';

test('a certificate is recorded, kept by a clerk, revoked, and its token comes back @nojs', async ({ open, check, t }) => {
  test.slow();
  const run = Date.now().toString(36).toUpperCase(); // no other run uses these numbers
  const manager = await open('thuebao');
  const manages = on(manager, t);
  const seal = authority().certificate('/C=VN/O=UBND tỉnh/UID=MDD:H57.10/CN=Văn thư Sở', 45);
  await manager.goto('/people');
  const codes = await manages.main.getByText(/^57\.\d{5}$/).allTextContents();
  const [first, second] = codes.map((code) => code.trim());

  await test.step('tokens are entered, and none of them twice', async () => {
    await manager.goto('/tokens');
    await check(manager, 'tokens-begin');
    for (const fits of [true, false]) {
      await manager.goto('/tokens/add');
      await manages.field('tokens.kind').selectOption('usb');
      await manages.field('tokens.model').fill('gm3000');
      await manages.field('certificates.unit_code').fill('H57.10');
      await manages.field('tokens.serials').fill(`${run}-1–${run}-2`);
      const answer = await press(manager, manages.button('tokens.add'));
      expect(answer.status()).toBe(fits ? 200 : 422);
      if (fits) await manages.said('certificates.flash.token_added');
    }
    await check(manager, 'tokens-twice');
    await manager.goto(`/tokens?serial=${run}`);
    await expect(manages.main.locator('tbody tr')).toHaveCount(2);
    await check(manager, 'tokens-list');
  });

  const fill = async (file) => {
    await manager.goto('/certificates/add');
    await manages.field('certificates.file').setInputFiles(file);
    await manages.field('certificates.kind').selectOption('organisation');
    await manages.field('certificates.unit_code').fill('H57.10');
    await manages.field('certificates.keeper_code').fill(first);
    await manages.field('certificates.token_serial').fill(`${run}-1`);
    await manager.getByLabel(t('certificates.handed_over')).check();
    return press(manager, manages.button('certificates.add'));
  };

  await test.step('a secret key is refused and said to be exposed', async () => {
    const refused = await fill(seal.key);
    expect(refused.status()).toBe(422);
    await expect(manages.field('certificates.file')).toHaveAccessibleDescription(containing(t('certificate_wrong.secret_key')));
    await expect(manages.field('certificates.unit_code')).toHaveValue('H57.10');
    await check(manager, 'certificate-secret-key');
  });

  let path;
  await test.step('the certificate is recorded once, with what is odd about it', async () => {
    expect((await fill(seal.file)).status()).toBe(200);
    await manages.said('certificates.flash.recorded');
    path = new URL(manager.url()).pathname;
    await expect(manages.main.getByText(t('certificate_finding.no_roots'))).toBeVisible();
    await check(manager, 'certificate-item');
    const again = await fill(seal.file);
    expect(again.status()).toBe(422);
    await expect(manages.field('certificates.file')).toHaveAccessibleDescription(containing(t('certificate_wrong.held')));
    await manager.goto('/certificates?ends=60&text=van+thu+so');
    await expect(manages.row('Văn thư Sở').first()).toBeVisible();
    await check(manager, 'certificates-list');
    const file = await manager.request.get('/certificates?text=van+thu+so&as=csv');
    expect(await file.text()).toContain('Văn thư Sở');
  });

  await test.step('another clerk keeps it, and the token with it', async () => {
    await manager.goto(path);
    await manages.field('certificates.keeper_code').fill(second);
    await press(manager, manages.button('certificates.change_keeper'));
    await manages.said('certificates.flash.keeper');
  });

  await test.step('it is revoked, and its token is due back', async () => {
    const silent = await press(manager, manages.button('certificate_event.revoke'));
    expect(silent.status()).toBe(422);
    await check(manager, 'certificate-revoke-wrong');
    const today = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);
    await manages.field('certificates.revoked_on').fill(today);
    await manages.field('certificates.reason').fill('Đổi tên cơ quan');
    await press(manager, manages.button('certificate_event.revoke'));
    await manages.said('certificates.flash.noted');
    await expect(manages.main.getByText(t('certificate_state.revoked')).first()).toBeVisible();
    await check(manager, 'certificate-revoked');
    await press(manager, manages.main.getByRole('link', { name: `${run}-1` }));
    await expect(manages.main.getByText(t('token_state.due_back')).first()).toBeVisible();
    await check(manager, 'token-due-back');
    await press(manager, manages.button('token_event.collect'));
    await manages.said('certificates.flash.token_noted');
    await press(manager, manages.button('token_event.give_back'));
    await expect(manages.main.getByText(t('token_state.given_back')).first()).toBeVisible();
  });

  await test.step('who inspects sees it and changes nothing', async () => {
    const inspector = await open('thanhtra');
    await inspector.goto(path);
    await expect(on(inspector, t).main.getByText(t('certificate_state.revoked')).first()).toBeVisible();
    const answer = await inspector.goto('/certificates/add');
    expect(answer.status()).toBe(403);
  });
});
