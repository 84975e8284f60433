// A unit's officer looks at somebody's card before it is asked for: what fits, what does not, what the regulation says of it.
import { expect, press, test } from '../support/test.js';
import { print } from '../support/look.js';
import { containing } from '../support/words.js';

/** The card page of a person of the officer's unit. */
async function opened(page, nth) {
  await page.goto('/people');
  const person = await page.locator('main a.row').nth(nth).getAttribute('href');
  await page.goto(`${person}/card`);
  return person;
}

const drawn = (page) => page.locator('[data-part=easel][data-ready]');

test('what is typed is drawn at once, and nothing is asked of the server', async ({ open, check, pictures, t }) => {
  const page = await open('tochuc');
  await opened(page, 3);
  await expect(drawn(page)).toBeVisible();
  const main = page.locator('main');
  const asked = [];
  // but the program's own files, which may still be on their way
  page.on('request', (request) => !new URL(request.url()).pathname.startsWith('/assets/') && asked.push(request.url()));

  const name = main.locator('#full_name');
  await name.fill('Tôn Nữ Thị Hiền Lương');
  await expect(main.locator('[data-show=front] text', { hasText: 'Tôn Nữ Thị Hiền Lương' })).toHaveCount(1);

  // 838/QĐ-BNV, Điều 1 §2a: 17 characters
  const post = main.locator('#position');
  await post.fill('Phó Trưởng phòng Tổng hợp');
  await expect(post).toHaveAttribute('aria-invalid', 'true');
  await expect(main.locator('.budget tr.over')).toHaveCount(1);
  await expect(main.locator('[data-show=faults] a[href="#position"]')).toBeVisible();
  await check(page, 'card-too-long');
  await post.fill('Phó Giám đốc Sở T');
  await expect(post).not.toHaveAttribute('aria-invalid');
  await post.fill('Phó Giám đốc Sở Tư');
  await main.getByRole('button', { name: containing('P. Giám đốc Sở Tư') }).click();
  await expect(post).toHaveValue('P. Giám đốc Sở Tư');
  await expect(main.locator('.budget tr.over')).toHaveCount(0);

  // a value without its form leaves what was drawn, and says what to do
  const born = main.locator('#birth_date');
  await born.fill('31/02/1990');
  await expect(main.locator('[data-show=faults] a[href="#birth_date"]')).toBeVisible();
  await expect(main.locator('[data-show=front] text', { hasText: 'P. Giám đốc Sở Tư' })).toHaveCount(1);
  await born.fill('28/02/1990');
  await expect(main.locator('[data-show=faults] a[href="#birth_date"]')).toHaveCount(0);

  await main.getByRole('button', { name: t('card.turn') }).click();
  await expect(main.locator('figure.back')).toBeHidden();
  await main.getByRole('button', { name: t('card.turn') }).click();
  await expect(main.locator('figure.front')).toBeHidden();
  await main.getByRole('button', { name: t('card.both') }).click();
  const face = main.locator('.front .card-face');
  await main.getByRole('slider').fill('100');
  const before = (await face.boundingBox()).width;
  await main.getByRole('slider').fill('200');
  expect((await face.boundingBox()).width / before).toBeCloseTo(2, 1);
  await main.getByRole('button', { name: t('card.rulers') }).click();
  await expect(main.locator('.ruler').first()).toBeHidden();
  expect(asked).toEqual([]);
  if (pictures) await print(page, 'pages', 'card');
});

test('without scripts the button draws, and the same stands there @nojs', async ({ open, check, javaScriptEnabled, t }) => {
  const page = await open('tochuc');
  const person = await opened(page, 4);
  const main = page.locator('main');
  if (javaScriptEnabled !== false) await expect(drawn(page)).toBeVisible();
  await expect(main.locator('[data-show=back] text').first()).toBeVisible();
  await expect(main.locator('.budget tbody tr')).toHaveCount(9);
  await expect(main.locator('[data-show=faults]')).not.toBeEmpty();
  await check(page, 'card');
  if (javaScriptEnabled !== false) return;
  await main.locator('#full_name').fill('Tôn Nữ Thị Hiền Lương');
  const answer = await press(page, main.getByRole('button', { name: t('card.draw') }));
  expect([answer.status(), new URL(answer.url()).pathname]).toEqual([200, `${person}/card`]);
  await expect(main.locator('[data-show=front] text', { hasText: 'Tôn Nữ Thị Hiền Lương' })).toHaveCount(1);
});

test('the browser writes what the server writes, to the byte', async ({ open, t }) => {
  const page = await open('tochuc');
  const said = (response) => /data-show="budget">(.*?)<\/div><\/section>/s.exec(response)?.[1];
  await opened(page, 5);
  const server = said(await (await page.request.get(page.url())).text());
  await expect(drawn(page)).toBeVisible();
  const parsed = await page.evaluate((html) => {
    const place = document.createElement('div');
    place.innerHTML = html;
    return place.innerHTML.replace(' hidden=""', '');
  }, server);
  expect(await page.locator('[data-show=budget]').innerHTML()).toBe(parsed);
  await expect(page.getByRole('heading', { name: t('card.report') })).toBeVisible();
});

test('a photo is cropped with keys and slider, and the master alone is sent', async ({ open, check, browser, t }) => {
  const page = await open('tochuc');
  await page.goto('/people');
  const person = await page.locator('main a.row').nth(6).getAttribute('href');
  await page.goto(`${person}/portrait/change`);
  const file = page.getByLabel(t('portrait.photo'));
  await expect(file).toHaveAttribute('data-ready', '');

  await file.setInputFiles({ name: 'anh.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('GIF89a nothing') });
  await expect(page.getByRole('alert')).toContainText('GIF');

  const source = await browser.newPage({ viewport: { width: 1500, height: 1200 } });
  await source.setContent('<body style="margin:0;background:#8fb4d8"><div style="position:absolute;left:35%;top:15%;width:30%;height:50%;border-radius:50%;background:repeating-linear-gradient(90deg,#c89f86 0 6px,#9c7660 6px 12px)"></div></body>');
  await file.setInputFiles({ name: 'anh.png', mimeType: 'image/png', buffer: await source.screenshot() });
  await source.close();
  const size = page.locator('[data-show=crop-size]');
  await expect(size).toHaveText('900 × 1200');
  await expect(page.getByRole('alert')).toBeHidden();
  const stage = page.getByRole('group', { name: t('portrait.crop') });
  await stage.press('+');
  await expect(size).toHaveText('855 × 1140');
  const left = () => page.locator('.frame').evaluate((frame) => frame.style.left);
  const before = await left();
  await stage.press('ArrowLeft');
  expect(await left()).not.toBe(before);
  const box = await stage.boundingBox();
  const moved = await left();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 30, box.y + box.height / 2 + 10);
  await page.mouse.up();
  expect(await left()).not.toBe(moved);
  await page.getByRole('slider').fill('1000');
  await expect(size).toHaveText('600 × 800');
  await expect(page.locator('.portrait .said:not([hidden])')).toBeVisible();
  await check(page, 'portrait-crop');

  const sent = page.waitForRequest((request) => request.method() === 'POST');
  await press(page, page.getByRole('button', { name: t('portrait.submit') }));
  const body = (await sent).postDataBuffer();
  if (body) expect(body.includes(Buffer.from('PNG'))).toBe(false);
  const width = await page.locator('main img.photo').evaluate((image) => image.decode().then(() => image.naturalWidth));
  expect(width).toBe(600);

  await page.goto(`${person}/card`);
  await expect(drawn(page)).toBeVisible();
  await expect(page.locator('[data-show=portrait] image')).toHaveCount(1);
  await expect(page.locator('[data-show=report] .said')).toHaveAttribute('data-tone', 'good');
  await check(page, 'card-whole');
});
