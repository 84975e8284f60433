// A unit's certificate on its whole way: asked for by the unit, agreed to by its head, reviewed, sent on a list with its letter, received,
// handed over with minutes; its end comes near, its keeper asks that it be renewed; it is revoked, and its token comes back.
import { authority } from '../support/authority.js';
import { on } from '../support/offers.js';
import { SCAN } from '../support/paper.js';
import { expect, press, test } from '../support/test.js';
import { containing } from '../support/words.js';

test('a certificate is asked for, received, renewed and revoked @nojs', async ({ open, check, t }) => {
  test.slow();
  const run = Date.now().toString(36).toUpperCase(); // no other run uses these numbers
  const today = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);
  const pages = await Promise.all(['tochuc', 'thutruong', 'thuebao', 'canbo'].map((login) => open(login)));
  const [officer, head, manager, clerk] = pages;
  const [asks, agrees, manages, keeps] = pages.map((page) => on(page, t));
  await clerk.goto('/me');
  const keeper = (await keeps.main.getByText(/^57\.\d{5}$/).first().textContent()).trim();
  await officer.goto('/units');
  const code = (await asks.main.getByText(/^H57\.\d+$/).first().textContent()).trim();
  const ca = authority();
  const subject = `/C=VN/O=UBND tỉnh/UID=MDD:${code}/CN=Văn thư ${run}`;

  await manager.goto('/tokens/add');
  await manages.field('tokens.kind').selectOption('usb');
  await manages.field('certificates.unit_code').fill(code);
  await manages.field('tokens.serials').fill(`${run}-1`);
  await press(manager, manages.button('tokens.add'));

  let request;
  await test.step('the unit asks for it', async () => {
    await officer.goto('/certificate-requests/add');
    const nothing = await press(officer, asks.button('certificate_requests.send'));
    expect(nothing.status()).toBe(422);
    await check(officer, 'certificate-request-wrong');
    await asks.field('certificates.kind').selectOption('organisation');
    await asks.field('certificates.unit_code').fill(code);
    await asks.field('certificates.keeper_code').fill(keeper);
    await asks.field('certificate_requests.purpose').fill('Ký số văn bản đi');
    await press(officer, asks.button('certificate_requests.send'));
    await asks.said('certificates.flash.asked');
    request = new URL(officer.url()).pathname;
    await check(officer, 'certificate-request-asked');
    for (const kind of ['pdf', 'docx']) {
      const form = await officer.request.get(`${request}/form?as=${kind}`);
      expect(form.status()).toBe(200);
    }
  });

  /** Agreed to by the head, accepted by the manager, sent on a list of its own. */
  const sent = async (path, pictures) => {
    const picture = (page, name) => check(page, pictures ? name : undefined);
    const id = path.split('/').pop();
    await head.goto('/work');
    await expect(agrees.main.getByRole('heading', { name: containing(t('work.endorse_certificates')) })).toBeVisible();
    await picture(head, 'work-endorse');
    await head.goto(path);
    await picture(head, 'certificate-request-endorse');
    await press(head, agrees.button('certificate_request_event.endorse'));
    await agrees.said('certificates.flash.request_noted');
    await manager.goto(path);
    await picture(manager, 'certificate-request-review');
    await press(manager, manages.button('certificate_request_event.accept'));
    await manages.said('certificates.flash.request_noted');
    await manager.goto('/certificate-lists/add');
    for (const box of await manages.main.getByRole('checkbox').all()) await box.uncheck();
    const nothing = await press(manager, manages.button('certificate_lists.compose'));
    expect(nothing.status()).toBe(422);
    await picture(manager, 'certificate-list-wrong');
    await manages.field('lists.name').fill(`Đợt ${run} ${id}`);
    await manages.main.locator(`input[name=requests][value="${id}"]`).check();
    await press(manager, manages.button('certificate_lists.compose'));
    await manages.said('certificates.flash.list_composed');
    await picture(manager, 'certificate-list-draft');
    await manages.field('list.letter_number').fill(`${run}-${id}/SNV`);
    await manages.field('certificate_lists.letter_day').fill(today);
    await manages.field('list.signer').fill('Giám đốc Trần Văn Bình');
    await manages.field('certificate_lists.signed').setInputFiles(SCAN);
    await press(manager, manages.button('certificate_lists.send'));
    await manages.said('certificates.flash.list_sent');
    await picture(manager, 'certificate-list-sent');
    const letter = await manager.request.get(`${new URL(manager.url()).pathname}/letter?as=docx`);
    expect(letter.status()).toBe(200);
    await manager.goto(path);
  };

  /** The certificate has come and is handed over; its page. */
  const delivered = async (path, file, number, pictures) => {
    const picture = (page, name) => check(page, pictures ? name : undefined);
    await manages.field('certificates.file').setInputFiles(file);
    await manages.field('certificates.token_serial').fill(`${run}-1`);
    const granted = manages.main.locator('form', { has: manager.locator('input[name=certificate]') });
    await granted.getByLabel(t('certificate_requests.reply_day')).fill(today);
    await press(manager, manages.button('certificate_requests.receive'));
    await manages.said('certificates.flash.answer_noted');
    await picture(manager, 'certificate-request-received');
    await manages.field('certificate_requests.minutes_number').fill(number);
    await manages.field('certificate_requests.minutes_day').fill(today);
    await press(manager, manages.button('certificate_requests.deliver'));
    await manages.said('certificates.flash.handed_over');
    await manages.field('certificate_requests.signed_minutes').setInputFiles(SCAN);
    await press(manager, manages.button('certificate_requests.attach'));
    await manages.said('flash.minutes_attached');
    await picture(manager, 'certificate-request-done');
    const minutes = await manager.request.get(`${path}/minutes?as=docx`);
    expect(minutes.status()).toBe(200);
    const link = manages.main.locator('dl.facts a[href^="/certificates/"]').last();
    return link.getAttribute('href');
  };

  let certificate;
  await test.step('its certificate comes and is handed over', async () => {
    await sent(request, true);
    const wrong = manages.main.locator('form', { has: manager.locator('input[name=certificate]') });
    await wrong.getByLabel(t('certificate_requests.reply_day')).fill(today);
    await manages.field('certificates.file').setInputFiles(ca.certificate('/C=VN/O=UBND tỉnh/CN=Đơn vị khác', 45).file);
    const refused = await press(manager, manages.button('certificate_requests.receive'));
    expect(refused.status()).toBe(422);
    await check(manager, 'certificate-request-answer-wrong');
    certificate = await delivered(request, ca.certificate(subject, 45).file, `${run}/BBBG`, true);
  });

  await test.step('its end comes near, and its keeper asks that it be renewed', async () => {
    await clerk.goto('/work');
    await expect(keeps.main.getByRole('heading', { name: containing(t('work.renew_certificates')) })).toBeVisible();
    await check(clerk, 'work-certificate-ends');
    await press(clerk, keeps.main.locator(`a[href="${certificate}/ask"]`).first());
    await check(clerk, 'certificate-ask');
    await keeps.field('certificate_requests.operation').selectOption('renew');
    await press(clerk, keeps.button('certificate_requests.send'));
    await keeps.said('certificates.flash.asked');
    const path = new URL(clerk.url()).pathname;
    await clerk.goto('/work');
    await expect(keeps.main.locator(`a[href="${certificate}/ask"]`)).toHaveCount(0);
    await sent(path);
    const before = certificate;
    certificate = await delivered(path, ca.certificate(subject, 700).file, `${run}/BBBG-2`);
    expect(certificate).not.toBe(before);
    await manager.goto(before);
    await expect(manages.main.getByText(t('certificate_state.replaced')).first()).toBeVisible();
  });

  await test.step('it is revoked, and its token comes back', async () => {
    await clerk.goto('/me/certificates');
    await check(clerk, 'my-certificates');
    await press(clerk, keeps.main.locator(`a[href="${certificate}/ask"]`));
    await keeps.field('certificate_requests.operation').selectOption('revoke');
    const silent = await press(clerk, keeps.button('certificate_requests.send'));
    expect(silent.status()).toBe(422);
    await keeps.field('certificate_requests.reason').fill('Đổi tên cơ quan');
    await press(clerk, keeps.button('certificate_requests.send'));
    const path = new URL(clerk.url()).pathname;
    await sent(path);
    const granted = manages.main.locator('form', { has: manager.getByRole('button', { name: t('certificate_requests.confirm'), exact: true }) });
    await granted.getByLabel(t('certificate_requests.reply_day')).fill(today);
    await check(manager, 'certificate-request-confirm');
    await press(manager, manages.button('certificate_requests.confirm'));
    await manages.said('certificates.flash.answer_noted');
    await clerk.goto('/work');
    await expect(keeps.main.getByText(`${run}-1`)).toBeVisible();
    await check(clerk, 'work-return-token');
    await manager.goto(certificate);
    await expect(manages.main.getByText(t('certificate_state.revoked')).first()).toBeVisible();
    await press(manager, manages.main.getByRole('link', { name: `${run}-1` }));
    await press(manager, manages.button('token_event.collect'));
    await expect(manages.main.getByText(t('token_state.collected')).first()).toBeVisible();
    await manager.goto('/certificate-lists');
    await check(manager, 'certificate-lists');
    await manager.goto('/certificate-requests?operation=revoke');
    await check(manager, 'certificate-requests');
    const file = await manager.request.get('/certificate-requests?operation=revoke&as=csv');
    expect(await file.text()).toContain(t('certificate_operation.revoke'));
  });
});

test('what comes back is corrected, and whom it does not concern sees nothing', async ({ open, check, t }) => {
  const [officer, head, inspector] = await Promise.all(['tochuc', 'thutruong', 'thanhtra'].map((login) => open(login)));
  const [asks, agrees] = [officer, head].map((page) => on(page, t));
  await officer.goto('/units');
  const code = (await asks.main.getByText(/^H57\.\d+$/).first().textContent()).trim();
  await officer.goto('/people');
  const keeper = (await asks.main.getByText(/^57\.\d{5}$/).first().textContent()).trim();
  await officer.goto('/certificate-requests/add');
  await asks.field('certificates.kind').selectOption('device');
  await asks.field('certificates.unit_code').fill(code);
  await asks.field('certificate_requests.device').fill('Hệ thống một cửa điện tử');
  await asks.field('certificates.keeper_code').fill(keeper);
  await press(officer, asks.button('certificate_requests.send'));
  const path = new URL(officer.url()).pathname;
  await head.goto(path);
  const silent = await press(head, agrees.button('certificate_request_event.send_back'));
  expect(silent.status()).toBe(422);
  await agrees.field('certificate_requests.why').fill('Thiếu người quản lý');
  await press(head, agrees.button('certificate_request_event.send_back'));
  await agrees.said('certificates.flash.request_noted');
  await officer.goto('/work');
  await check(officer, 'work-correct');
  await officer.goto(path);
  await expect(asks.main.getByText(containing('Thiếu người quản lý')).first()).toBeVisible();
  await check(officer, 'certificate-request-sent-back');
  await press(officer, asks.button('certificate_request_event.withdraw'));
  await asks.said('certificates.flash.request_noted');
  await inspector.goto(path);
  await expect(on(inspector, t).main.getByText(t('certificate_request_state.withdrawn')).first()).toBeVisible();
  expect((await inspector.goto('/certificate-lists')).status()).toBe(403);
  const stranger = await open('capthe');
  expect((await stranger.goto(path)).status()).toBe(404);
});

test('the authority refuses one line of a list, and says why @nojs', async ({ open, check, t }) => {
  test.slow();
  const run = Date.now().toString(36).toUpperCase(); // no other run uses these numbers
  const today = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);
  const [officer, head, manager] = await Promise.all(['tochuc', 'thutruong', 'thuebao'].map((login) => open(login)));
  const [asks, agrees, manages] = [officer, head, manager].map((page) => on(page, t));
  await officer.goto('/units');
  const code = (await asks.main.getByText(/^H57\.\d+$/).first().textContent()).trim();
  await officer.goto('/people');
  const keeper = (await asks.main.getByText(/^57\.\d{5}$/).first().textContent()).trim();

  const paths = [];
  for (const device of ['Máy chủ thư', 'Hệ thống một cửa']) {
    await officer.goto('/certificate-requests/add');
    await asks.field('certificates.kind').selectOption('device');
    await asks.field('certificates.unit_code').fill(code);
    await asks.field('certificate_requests.device').fill(`${device} ${run}`);
    await asks.field('certificates.keeper_code').fill(keeper);
    await press(officer, asks.button('certificate_requests.send'));
    const path = new URL(officer.url()).pathname;
    await head.goto(path);
    await press(head, agrees.button('certificate_request_event.endorse'));
    await manager.goto(path);
    await press(manager, manages.button('certificate_request_event.accept'));
    paths.push(path);
  }

  let list;
  await test.step('both stand on a list that is sent', async () => {
    await manager.goto('/certificate-lists/add');
    for (const box of await manages.main.getByRole('checkbox').all()) await box.uncheck();
    await manages.field('lists.name').fill(`Đợt từ chối ${run}`);
    for (const path of paths) await manages.main.locator(`input[name=requests][value="${path.split('/').pop()}"]`).check();
    await press(manager, manages.button('certificate_lists.compose'));
    await manages.field('list.letter_number').fill(`${run}/SNV`);
    await manages.field('certificate_lists.letter_day').fill(today);
    await manages.field('list.signer').fill('Giám đốc Trần Văn Bình');
    await press(manager, manages.button('certificate_lists.send'));
    await manages.said('certificates.flash.list_sent');
    list = new URL(manager.url()).pathname;
  });

  await test.step('one of them is refused, not without the reason', async () => {
    await manager.goto(paths[0]);
    const silent = await press(manager, manages.button('certificate_requests.refuse'));
    expect(silent.status()).toBe(422);
    await check(manager, 'certificate-refusal-wrong');
    const no = manages.main.locator('form', { has: manager.getByRole('button', { name: t('certificate_requests.refuse'), exact: true }) });
    await no.getByLabel(t('certificate_requests.reply_number')).fill(`${run}/CTSBMTT`);
    await no.getByLabel(t('certificate_requests.reply_day')).fill(today);
    await no.getByLabel(t('certificate_requests.why')).fill('Thiết bị chưa có tên miền');
    await press(manager, manages.button('certificate_requests.refuse'));
    await manages.said('certificates.flash.answer_noted');
    await expect(manages.main.getByText(t('certificate_request_state.refused')).first()).toBeVisible();
    await check(manager, 'certificate-refused');
  });

  await test.step('the unit is told why, and the other one still waits', async () => {
    await officer.goto(paths[0]);
    await expect(asks.main.getByText(containing('Thiết bị chưa có tên miền')).first()).toBeVisible();
    await check(officer, 'certificate-refused-told');
    await officer.goto(paths[1]);
    await expect(asks.main.getByText(t('certificate_request_state.sent')).first()).toBeVisible();
    await manager.goto(list);
    await expect(manages.row(`Máy chủ thư ${run}`)).toContainText(t('certificate_request_state.refused'));
    await expect(manages.main.getByText(t('certificate_list_state.sent')).first()).toBeVisible();
    await check(manager, 'certificate-list-refused');
  });
});
