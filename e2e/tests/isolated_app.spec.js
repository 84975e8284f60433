// The Isolated Web App in Chromium's developer mode, with a simulated OMNIKEY 5022 in the place of `navigator.usb`: a reader of the
// smart-card class, which no ordinary page may claim. By itself, and for a page of the portal.
import { AxeBuilder } from '@axe-core/playwright';
import { readFileSync } from 'node:fs';
import { install, putReader, serveApp } from '../support/isolated.js';
import { clear, congthe, serve, workplace } from '../support/program.js';
import { signIn } from '../support/sign_in.js';
import { expect, press, test, watch } from '../support/test.js';

const { CONGTHE_E2E_APP: FOLDER, CONGTHE_E2E_SITE: SITE } = process.env;
const SMART_CARD = 0x0b;

test.skip(({ pictures }) => !pictures, 'the app is the same on every database');
test.describe.configure({ mode: 'serial' });

let source;
let app;
const faults = [];

test.beforeAll(async () => {
  source = await serveApp(FOLDER);
  app = await install(source.url);
  await watch(app.page, faults);
  await putReader(app.page, SITE, 'omnikey-5022', 'ev2');
  await expect(app.page.locator('html')).toHaveAttribute('data-started', '');
});
test.afterAll(async () => {
  await app?.close();
  await source?.close();
});
test.afterEach(clear);

const said = () => app.page.locator('[data-show=status]');
const press_ = (name) => app.page.getByRole('button', { name, exact: true }).click();

test('the app may claim every reader, and asks a card by itself', async () => {
  const { page } = app;
  const about = await page.evaluate(() => ({
    isolated: location.protocol === 'isolated-app:' && crossOriginIsolated,
    unrestricted: (document.permissionsPolicy ?? document.featurePolicy).allowsFeature('usb-unrestricted'),
    reader: globalThis.standIn.configuration.interfaces.map((one) => one.alternate.interfaceClass),
  }));
  expect(about).toEqual({ isolated: true, unrestricted: true, reader: [SMART_CARD] });

  await expect(said()).toHaveAttribute('data-said', 'ready');
  await press_('Chọn đầu đọc');
  await expect(said()).toHaveAttribute('data-said', 'open');
  await expect(page.locator('[data-show=reader]')).toContainText('5022');
  await expect(page.getByText('Có thẻ trên đầu đọc.')).toBeVisible();
  await press_('Thử thẻ');
  await expect(page.locator('[data-show=found]')).toHaveText('DESFire EV2');

  await page.evaluate(() => {
    globalThis.standIn.reader.remove();
    globalThis.standIn.changed();
  });
  await expect(page.getByText('Không có thẻ trên đầu đọc.').first()).toBeVisible();
  await page.evaluate(() => {
    globalThis.standIn.reader.insert('ev2');
    globalThis.standIn.changed();
  });
  await expect(page.getByText('Có thẻ trên đầu đọc.')).toBeVisible();

  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].target}`)).toEqual([]);

  await press_('English');
  await expect(page.getByRole('heading', { level: 1, name: 'Reader for Cổng Thẻ' })).toBeVisible();
  await expect(page.getByText('For production use this app needs managed ChromeOS')).toBeVisible();
  await press_('Tiếng Việt');
  expect(faults).toEqual([]);
});

test('a page of the portal reads a card through the app', async ({ open, check, t }) => {
  const origin = await app.page.evaluate(() => location.origin);
  const folder = workplace();
  const [data, accounts] = [folder('data'), folder('accounts.json')];
  await congthe(data, 'demo', '--people', '60', '--seed', '1', '--accounts', accounts);
  const portal = await serve(data, 'isolated', { CONGTHE_READER_APPS: origin });
  source.leadTo(portal.url);

  const page = await open();
  await page.goto(`${portal.url}/sign-in`);
  const login = JSON.parse(readFileSync(accounts, 'utf8')).find((account) => account.login === 'kiemtra');
  await signIn(page, portal.url, t, login);
  await page.goto(`${portal.url}/reader`);
  const status = page.locator('[data-show=status]');
  await expect(status).toHaveAttribute('data-said', 'ready');
  const join = async (code) => {
    await page.getByLabel(t('reader.app_code')).fill(code);
    await page.getByRole('button', { name: t('reader.app_join'), exact: true }).click();
  };

  await test.step('an address that is none is told', async () => {
    for (const address of ['http://portal.example', 'ftp://portal.example', 'x y']) {
      await app.page.getByLabel('Địa chỉ Cổng Thẻ').fill(address);
      await press_('Kết nối');
      await expect(said(), address).toHaveAttribute('data-said', 'bad-address');
    }
  });

  const codeOfApp = async () => {
    await app.page.getByLabel('Địa chỉ Cổng Thẻ').fill(source.portal);
    await press_('Kết nối');
    await expect(said()).toHaveAttribute('data-said', 'type-code');
    return app.page.locator('[data-show=code]').textContent();
  };

  await test.step('a wrong code reaches nobody, and a refusal is told on both sides', async () => {
    await page.getByRole('button', { name: t('reader.app'), exact: true }).click();
    await check(page, 'reader-app-code');
    await join('12 34');
    await expect(status).toHaveAttribute('data-said', 'app-code');
    const code = await codeOfApp();
    expect(code).toMatch(/^\d{3} \d{3}$/);
    await join(code);
    await expect(said()).toHaveAttribute('data-said', 'asked');
    await expect(app.page.locator('[data-show=by]')).toContainText('(kiemtra)');
    await expect(status).toHaveText(t('reader_say.app_compare'));
    await press_('Từ chối');
    await expect(status).toHaveText(t('reader_say.app_no'));
    await expect(said()).toHaveAttribute('data-said', 'code-expired');
  });

  await test.step('the page shows the card on the reader of the app', async () => {
    // the try before was in vain: a moment's pause
    await page.waitForTimeout(2_500);
    await join(await codeOfApp());
    await press_('Cho phép');
    await expect(said()).toHaveAttribute('data-said', 'joined');
    await expect(page.locator('[data-fact=generation]')).toHaveText('DESFire EV2');
    await expect(status).toHaveAttribute('data-said', 'card-there');
    await expect(page.locator('[data-show=reader]')).toContainText('5022');
    await check(page, 'reader-app-card');
  });

  await test.step('another card is seen, and the end of the session ends it', async () => {
    await app.page.evaluate(() => {
      globalThis.standIn.reader.remove();
      globalThis.standIn.changed();
    });
    await expect(status).toHaveAttribute('data-said', 'waiting');
    await app.page.evaluate(() => {
      globalThis.standIn.reader.insert('ev3');
      globalThis.standIn.changed();
    });
    await expect(page.locator('[data-fact=generation]')).toHaveText('DESFire EV3');
    await press(page, page.getByRole('button', { name: t('shell.sign_out') }));
    await expect(said()).toHaveAttribute('data-said', 'left');
  });
  expect(faults).toEqual([]);
});
