// A reader and the card on it, as an operator sees them: with simulated readers in the page, and behind `navigator.usb`.
import { withBridge } from '../support/bridge.js';
import { atEveryPacket, plugIn } from '../support/readers.js';
import { expect, test } from '../support/test.js';

const operator = 'capthe';
const said = (page) => page.locator('main').getByRole('status');
const says = async (page, name) => expect(said(page)).toHaveAttribute('data-said', name);
const fact = (page, name) => page.locator(`[data-fact=${name}]`);

test('a simulated reader shows a card, loses it and finds it again', async ({ open, check, t }) => {
  const page = await open(operator);
  await page.goto('/reader');
  await says(page, 'ready');
  await check(page, 'reader-ready');
  await page.getByLabel(t('reader.card_model')).selectOption('ev2');
  await page.getByRole('button', { name: t('reader.simulate') }).click();
  await says(page, 'card-there');
  await expect(fact(page, 'generation')).toHaveText('DESFire EV2');
  await expect(fact(page, 'uid')).toHaveText(/^04( [0-9A-F]{2}){6}$/);
  await expect(fact(page, 'applications')).toHaveText(t('reader_say.none'));
  await expect(page.getByRole('button', { name: t('reader.close') })).toBeFocused();
  await check(page, 'reader-card');
  await page.getByRole('button', { name: t('reader.take') }).click();
  await says(page, 'waiting');
  await expect(fact(page, 'generation')).toBeHidden();
  await check(page, 'reader-waiting');
  await page.getByRole('button', { name: t('reader.lay') }).click();
  await says(page, 'card-there');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: t('reader.save') }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('cong-the-reader.txt');
  await page.getByRole('button', { name: t('reader.close') }).click();
  await says(page, 'closed');
});

const choose = (page, t) => page.getByRole('button', { name: t('reader.choose') }).click();

for (const [model, kind] of [
  ['rc-s300', 'transparent session'],
  ['pn533', 'PN53x'],
  ['rc-s380', 'NFC Port-100'],
  ['omnikey-5321', 'CCID, short APDUs'],
  ['de-abcm6', 'CCID, extended APDUs'],
  ['omnikey-5021', 'CCID, blocks'],
]) {
  test(`a card is read through WebUSB: ${model}, ${kind}`, async ({ open, t }) => {
    const page = await open(operator);
    await plugIn(page, [{ model, card: 'ev3' }]);
    await page.goto('/reader');
    await says(page, 'ready');
    await choose(page, t);
    await says(page, 'card-there');
    await expect(fact(page, 'generation')).toHaveText('DESFire EV3');
    await page.evaluate(() => standIn.remove());
    await says(page, 'waiting');
    await page.evaluate(() => standIn.insert('ev1'));
    await says(page, 'card-there');
    await expect(fact(page, 'generation')).toHaveText('DESFire EV1');
    // a reader that was used before is opened without a click
    await page.reload();
    await says(page, 'card-there');
    await page.getByRole('button', { name: t('reader.again') }).click();
    await says(page, 'card-there');
  });
}

test('a reader of the smart-card class is named, with the ways out', async ({ open, check, t }) => {
  const page = await open(operator);
  await plugIn(page, [{ model: 'omnikey-5022', card: 'ev3' }]);
  await page.goto('/reader');
  await choose(page, t);
  await says(page, 'blocked');
  await expect(page.getByRole('heading', { name: t('reader.blocked') })).toContainText('5022');
  await check(page, 'reader-blocked');
});

test('a reader that somebody else has, a bus without readers, no bridge', async ({ open, t }) => {
  const held = await open(operator);
  await plugIn(held, [{ model: 'rc-s300', card: 'ev3', held: true }]);
  await held.goto('/reader');
  await choose(held, t);
  await says(held, 'in-use');
  const empty = await open(operator);
  await plugIn(empty, []);
  await empty.goto('/reader');
  await choose(empty, t);
  await says(empty, 'cancelled');
});

test('whatever happens at any packet, a sentence says so and it goes on afterwards', async ({ open, t }) => {
  const page = await open(operator);
  await plugIn(page, [{ model: 'rc-s300', card: 'ev3' }]);
  await page.goto('/reader');
  await says(page, 'ready');
  await page.evaluate(() => standIn.plan(9999, 'unplug'));
  await choose(page, t);
  await says(page, 'card-there');
  const transfers = await page.evaluate(() => standIn.transfers());
  expect(transfers).toBeGreaterThan(30);
  for (const fault of ['unplug', 'remove']) await atEveryPacket(page, 'again', 40, fault);
});

test('a reader is tried with a blank, and with nobody\'s card', async ({ open, check, t }) => {
  const page = await open(operator);
  await plugIn(page, [{ model: 'pn533', card: 'ev3' }]);
  await page.goto('/reader');
  await choose(page, t);
  await says(page, 'card-there');
  await page.getByRole('button', { name: t('reader.trial') }).click();
  await says(page, 'trial-good');
  await expect(said(page)).toContainText(/\d+ ms/);
  await check(page, 'reader-trial');
  await page.getByRole('button', { name: t('reader.again') }).click();
  await says(page, 'card-there');
  await expect(fact(page, 'applications')).toHaveText(t('reader_say.none'));
  // an application of somebody: nothing is written
  await page.evaluate(async () => {
    const [{ reader }] = await standIn.devices();
    // CreateApplication 000001 with three DES keys
    reader.intrude(new Uint8Array([0x90, 0x5a, 0, 0, 3, 0, 0, 0, 0]));
    reader.intrude(new Uint8Array([0x90, 0xca, 0, 0, 5, 1, 0, 0, 0x0f, 3, 0]));
  });
  await page.getByRole('button', { name: t('reader.trial') }).click();
  await says(page, 'trial-occupied');
  await page.getByRole('button', { name: t('reader.again') }).click();
  await says(page, 'card-there');
  await expect(fact(page, 'applications')).toHaveText('000001 (00 00 00)');
});

for (const [model, fault] of [
  ['rc-s300', 'remove'],
  ['rc-s300', 'unplug'],
  ['omnikey-5321', 'remove'],
  ['omnikey-5321', 'unplug'],
]) {
  test(`version, handshake, 500 bytes: ${fault} at every packet, ${model}`, async ({ open, t }) => {
    test.slow();
    const page = await open(operator);
    await plugIn(page, [{ model, card: 'ev3' }]);
    await page.goto('/reader');
    await choose(page, t);
    await says(page, 'card-there');
    const trial = page.getByRole('button', { name: t('reader.trial') });
    await page.evaluate(() => standIn.plan(999_999, ''));
    await trial.click();
    await says(page, 'trial-good');
    const transfers = await page.evaluate(() => standIn.transfers());
    expect(transfers).toBeGreaterThan(50);
    await page.getByRole('button', { name: t('reader.again') }).click();
    await says(page, 'card-there');
    const outcomes = await atEveryPacket(page, 'trial', transfers, fault);
    expect(Object.values(outcomes).reduce((sum, count) => sum + count)).toBe(transfers);
    // the same blank, torn away so often, still passes
    await trial.click();
    await says(page, 'trial-good');
  });
}

test('the smart-card interface of the system, where there is one', async ({ open, t }) => {
  const page = await open(operator);
  await plugIn(page, [{ model: 'rc-s300', card: 'ev2' }]);
  await page.addInitScript(() => {
    // PC/SC shape, in front of the simulated card
    const laid = async () => (await standIn.devices())[0].reader;
    let eventCount = 0;
    for (const move of ['insert', 'remove']) {
      const made = standIn[move];
      standIn[move] = (card) => {
        eventCount += 1;
        return made(card);
      };
    }
    const failed = (code) => Object.assign(new DOMException(code, 'SmartCardError'), { responseCode: code });
    const connection = {
      async transmit(bytes) {
        const answer = (await laid()).intrude(new Uint8Array(bytes.buffer ?? bytes));
        if (!answer) throw failed('removed-card');
        return answer.buffer;
      },
      async disconnect() {},
    };
    const context = {
      listReaders: async () => ['Simulated 00 00'],
      getStatusChange: async ([{ readerName }]) => {
        const present = (await laid()).present();
        return [{ readerName, eventState: { present, empty: !present }, eventCount, answerToReset: new ArrayBuffer(0) }];
      },
      connect: async () => {
        (await laid()).activate();
        return { connection, activeProtocol: 't1' };
      },
    };
    Object.defineProperty(navigator, 'smartCard', { value: { establishContext: async () => context } });
  });
  await page.goto('/reader');
  await page.getByRole('button', { name: t('reader.smart_card') }).click();
  await says(page, 'card-there');
  await expect(fact(page, 'generation')).toHaveText('DESFire EV2');
  // another card between two looks
  await page.evaluate(() => standIn.insert('ev1'));
  await expect(fact(page, 'generation')).toHaveText('DESFire EV1');
  await page.evaluate(() => standIn.remove());
  await says(page, 'waiting');
});

test('a smart-card interface that never answers is not waited for', async ({ open, t }) => {
  const page = await open(operator);
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'smartCard', { value: { establishContext: () => new Promise(() => {}) } });
  });
  await page.goto('/reader');
  await page.getByRole('button', { name: t('reader.smart_card') }).click();
  await says(page, 'timeout');
});

test('without JavaScript the page says what it needs @nojs', async ({ open, check, t }) => {
  const page = await open(operator);
  await page.goto('/reader');
  await expect(page.getByRole('heading', { level: 1, name: t('reader.title') })).toBeVisible();
  await check(page);
});

test('the bridge moves a card of the system to the page, after two codes were compared', async ({ open, check, baseURL, t }) => {
  await withBridge(baseURL, async (bridge) => {
    const page = await open(operator);
    await page.goto('/reader');
    await page.getByRole('button', { name: t('reader.bridge'), exact: true }).click();
    await says(page, 'no-bridge');
    await bridge.start();
    await page.getByRole('button', { name: t('reader.bridge'), exact: true }).click();
    await says(page, 'bridge-compare');
    await check(page, 'reader-pairing');
    const code = (await page.locator('[data-show=code]').textContent()).replace(' ', '');
    await expect.poll(() => bridge.shown).toContain(code);
    bridge.agree();
    // the virtual reader has two slots
    await says(page, 'bridge-which');
    await page.getByRole('button', { name: 'Virtual PCD 00 00' }).click();
    await says(page, 'waiting');
    const card = bridge.lay('ev2');
    await says(page, 'card-there');
    await expect(fact(page, 'generation')).toHaveText('DESFire EV2');
    await card.take();
    await says(page, 'waiting');
    await page.getByRole('button', { name: t('reader.close') }).click();
    await says(page, 'closed');
    // paired: nobody is asked again
    await page.getByRole('button', { name: t('reader.bridge'), exact: true }).click();
    await says(page, 'bridge-which');
    await page.getByRole('button', { name: 'Virtual PCD 00 00' }).click();
    await says(page, 'waiting');
    bridge.stop();
    await says(page, 'bridge-gone');
  });
});
