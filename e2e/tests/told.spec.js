// What goes out of the portal about a card: a receipt that its holder keeps and anybody checks, and messages to systems that must know at once.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { account } from '../support/accounts.js';
import { issued } from '../support/issued.js';
import { on } from '../support/offers.js';
import { confirm } from '../support/sign_in.js';
import { test } from '../support/stranger.js';
import { blank, somebody } from '../support/taken.js';
import { expect, press } from '../support/test.js';
import { facts } from '../support/written.js';

/** A door's computer: keeps the messages that came, and answers as it is told to. */
async function door() {
  const came = [];
  const held = { status: 204 };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      came.push({ headers: request.headers, body });
      response.writeHead(held.status).end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { came, held, url: `http://127.0.0.1:${server.address().port}/cards`, close: () => server.close() };
}

/** Whether that secret signed it. */
function signed({ headers, body }, secret) {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const mac = createHmac('sha256', key).update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`).digest('base64');
  return headers['webhook-signature'] === `v1,${mac}`;
}

test('a door is told that a card was locked, and the receipt of it is checked by a stranger', async ({ open, check, browser, baseURL, visitor, t }) => {
  test.slow();
  const person = await somebody(await open('tochuc'), t);
  const { card, officer, desk } = await issued({ open, browser, baseURL, t }, person, blank('KC'));
  const { code } = await facts(desk, t, card);
  const unit = on(officer, t);
  const receiver = await door();
  try {
    const secret = await test.step('the operator enters the door, and tries the way', async () => {
      const operator = await open('quantri');
      const makes = on(operator, t);
      await operator.goto('/settings/accounts');
      await press(operator, makes.link('webhooks.title'));
      await makes.field('webhooks.name').fill('Cửa trụ sở');
      await makes.field('webhooks.url').fill('https://elsewhere.example.vn/cards');
      const wrong = await confirm(operator, baseURL, t, account('quantri'), makes.button('webhooks.add_submit'));
      expect(wrong.status()).toBe(422);
      await check(operator, 'webhooks-wrong');
      await makes.field('webhooks.url').fill(receiver.url);
      await confirm(operator, baseURL, t, account('quantri'), makes.button('webhooks.add_submit'));
      await expect(makes.heading(t('webhooks.made_title'))).toBeVisible();
      await check(operator, 'webhook-key');
      const secret = await makes.field('webhooks.key').inputValue();
      expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
      await press(operator, makes.link('webhooks.go'));
      await expect(operator.locator('body')).not.toContainText(secret);
      const row = makes.row(receiver.url);
      receiver.held.status = 503;
      await press(operator, row.getByRole('button', { name: t('webhooks.test_submit') }));
      await makes.said('flash.webhook_tried');
      await expect(async () => {
        await operator.reload();
        await expect(row).toContainText('503', { timeout: 100 });
      }).toPass({ timeout: 20_000 });
      await check(operator, 'webhooks-waiting');
      receiver.held.status = 204;
      await expect.poll(() => receiver.came.length, { timeout: 30_000 }).toBe(2);
      const [first, second] = receiver.came.splice(0);
      expect(signed(first, secret) && signed(second, secret)).toBe(true);
      expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
      await expect(async () => {
        await operator.reload();
        await expect(row).toContainText(t('webhooks.good'), { timeout: 100 });
      }).toPass({ timeout: 20_000 });
      return secret;
    });

    await test.step('the unit locks the card, and the door knows within seconds', async () => {
      await officer.goto(card);
      await unit.field('cards.lock_reason').selectOption({ index: 1 });
      await press(officer, unit.button('cards.lock'));
      await unit.said('flash.card_locked');
      const ours = () => receiver.came.filter(({ body }) => body.includes(`"${code}"`));
      await expect.poll(() => ours().length, { timeout: 10_000 }).toBe(1);
      const [message] = ours();
      expect(signed(message, secret)).toBe(true);
      expect(JSON.parse(message.body)).toMatchObject({ type: 'card.state', data: { code, state: 'locked' } });
    });
  } finally {
    receiver.close();
  }

  const receipt = await test.step('the receipt is downloaded', async () => {
    await officer.goto(card);
    await check(officer, 'card-receipt');
    const downloading = officer.waitForEvent('download');
    await unit.button('cards.receipt').click();
    const file = await downloading;
    expect(file.suggestedFilename()).toBe(`bien-nhan-${code}.json`);
    return readFileSync(await file.path(), 'utf8');
  });

  await test.step('anybody checks it, without scripts', async () => {
    for (const lang of ['vi', 'en']) {
      const { page, t: words, check: look, alert } = await visitor(lang);
      await page.goto('/t');
      await press(page, page.getByRole('link', { name: words('log.title') }));
      await look('log');
      const sends = () => press(page, page.getByRole('button', { name: words('log.submit') }));
      await page.getByLabel(words('log.file')).setInputFiles({ name: 'bien-nhan.json', mimeType: 'application/json', buffer: Buffer.from(receipt) });
      await sends();
      await expect(alert).toContainText(words('log.holds'));
      await expect(alert).toContainText(code);
      await look('log-holds');
      await page.getByLabel(words('log.text')).fill(receipt.replace('"card.lock"', '"card.unlock"'));
      expect((await sends()).status()).toBe(422);
      await expect(alert).toContainText(words('log.changed'));
      await look('log-changed');
    }
  });
});
