// A unit's officer gives a person a portrait, sees it, and is told what is no portrait.
import { photo as picture } from '../support/paper.js';
import { expect, press, test } from '../support/test.js';
import { containing, pattern } from '../support/words.js';

test('a person is given a portrait, which stands on their page @nojs', async ({ open, check, browser, javaScriptEnabled, t }) => {
  const page = await open('tochuc');
  const main = page.locator('main');
  const file = page.getByLabel(t('portrait.photo'));
  const submit = main.getByRole('button', { name: t('portrait.submit') });
  const portraits = main.getByRole('img', { name: pattern(t('portrait.alt')) });
  const loaded = () => portraits.first().evaluate((image) => image.decode().then(() => image.naturalWidth));
  const change = main.getByRole('link', { name: new RegExp(`${t('portrait.add')}|${t('portrait.change')}`) });

  await page.goto('/people');
  // one after the other and at once: each way has a person of its own
  const people = page.locator('main a.row');
  await press(page, javaScriptEnabled === false ? people.first() : people.last());
  await press(page, change);
  await check(page, 'portrait-change');

  await test.step('what is no portrait is refused in words', async () => {
    const nothing = await press(page, submit);
    expect(nothing.status()).toBe(422);
    await expect(file).toHaveAccessibleDescription(containing(t('portrait.missing')));
    await file.setInputFiles({ name: 'anh.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('%PDF-1.7 …') });
    const answer = await press(page, submit);
    expect(answer.status()).toBe(422);
    await expect(page.getByRole('alert')).toContainText('PDF');
    await file.setInputFiles(await picture(browser, { width: 300, height: 400 }));
    await press(page, submit);
    await expect(file).toHaveAccessibleDescription(/300 × 400/);
    await check(page, 'portrait-refused');
  });

  await test.step('a picture becomes the portrait', async () => {
    await file.setInputFiles(await picture(browser));
    await press(page, submit);
    await expect(page.getByRole('status').first()).toBeVisible();
    await expect(portraits).toHaveCount(1);
    expect(await loaded()).toBe(900);
    await check(page, 'person-portrait');
  });

  await test.step('and is changed by another one', async () => {
    await press(page, main.getByRole('link', { name: t('portrait.change') }));
    await expect(main.getByText(t('portrait.present'), { exact: true })).toBeVisible();
    await check(page, 'portrait-present');
    await file.setInputFiles(await picture(browser, { type: 'png', width: 1000, height: 800, colour: '#e4e0d8' }));
    await press(page, submit);
    await expect(portraits).toHaveCount(1);
    expect(await loaded()).toBe(600);
  });
});
