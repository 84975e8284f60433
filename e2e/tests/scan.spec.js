// Anybody reads a card's QR code: by a camera, in a picture, without scripts. What the code says stays in the browser.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { issued } from '../support/issued.js';
import { check, checkFrame, remember } from '../support/look.js';
import { printed, withCamera } from '../support/printed.js';
import { clear, workplace } from '../support/program.js';
import { blank, somebody } from '../support/taken.js';
import { expect, press, test } from '../support/test.js';
import { visits } from '../support/visitor.js';
import { say } from '../support/words.js';

test.afterEach(clear);

/** A face of a record, by the program. */
function face(place, change) {
  const record = new URL('../../pkg/face/examples/record.json', import.meta.url);
  const photo = new URL('../../pkg/face/examples/portrait.jpg', import.meta.url).pathname;
  writeFileSync(place('record.json'), JSON.stringify({ ...JSON.parse(readFileSync(record)), photo, ...change }));
  const path = place('front.png');
  execFileSync(process.env.CONGTHE_E2E_PROGRAM, ['face', '--input', place('record.json'), '--side', 'front', '--format', 'png', '--dpi', '600', '--out', path]);
  return { name: 'front.png', mimeType: 'image/png', buffer: readFileSync(path) };
}

test('a card is read by the camera and in a picture, and only code and digits are sent', async ({ open, browser, baseURL, t, pictures }) => {
  test.slow();
  const place = workplace();
  let front;
  const { name } = await issued({ open, browser, baseURL, t }, await somebody(await open('tochuc'), t), blank('KC'), async (desk) => {
    front = await printed(browser, desk);
  });
  const camera = await withCamera(browser, front, place('camera.y4m'));
  try {
    for (const lang of ['vi', 'en']) {
      const seen = await visits(camera, baseURL, lang);
      const { page, t: words, field, asked, faults, says } = seen;
      await page.goto('/sign-in');
      await press(page, page.getByRole('link', { name: say(lang)('sign_in.check_card') }));
      await expect(page).toHaveURL(/\/scan\/$/);
      await seen.ready();
      if (pictures) await remember(page, `scan-${lang}`);
      await page.getByRole('button', { name: words('scan.camera') }).click();
      await expect(field('full_name')).toHaveText(name.trim());
      await expect(page.locator('video')).toBeHidden();
      const answer = page.locator('[data-show=answer]');
      await expect(answer).toContainText(words('state.active'), { timeout: 30_000 });
      await expect(answer.locator('img')).toBeVisible();
      await says('ask_done');
      const citizen = await field('citizen_id').textContent();
      expect(citizen).toMatch(/^\d{12}$/);
      const sent = decodeURIComponent(asked.join('\n').replaceAll('+', ' '));
      for (const hidden of [citizen, name.trim()]) expect(sent, 'stays in the browser').not.toContain(hidden);
      expect(sent).toContain(`digits=${citizen.slice(-4)}`);
      await expect(page.locator('dd small:visible')).toHaveCount(0);
      await page.evaluate(() => (document.documentElement.dataset.hydrated = ''));
      await check(page);
      if (pictures) await remember(page, `scan-read-${lang}`);
      expect(faults).toEqual([]);
    }
  } finally {
    await camera.close();
  }

  await test.step('in a picture, and what other pictures are', async () => {
    for (const lang of ['vi', 'en']) {
      const { page, t: words, chooses, field, says, faults } = await visits(browser, baseURL, lang);
      await page.goto('/scan/');
      await chooses(front);
      await expect(page.locator('[data-show=answer]')).toContainText(words('state.active'), { timeout: 30_000 });
      await expect(page.getByLabel(words('check.digits'))).not.toHaveValue('');

      await chooses(face(place, { host: 'the.hn.vn', full_name: 'Lê Hoàng Minh' }));
      await expect(field('full_name')).toHaveText('Lê Hoàng Minh');
      await expect(page.getByRole('link', { name: 'https://the.hn.vn/t/k7Qz' })).toBeVisible();
      await says('ask_elsewhere');
      await expect(page.locator('[data-show=answer]')).toBeHidden();
      await expect(page.getByLabel(words('check.digits'))).toHaveValue('');
      if (pictures) await remember(page, `scan-elsewhere-${lang}`);

      const blank = await page.locator('h1').screenshot();
      await chooses({ name: 'x.png', mimeType: 'image/png', buffer: blank });
      await says('none');
      await chooses({ name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
      await says('none');
      expect(faults).toEqual([]);
    }
  });

  await test.step('the browser\'s own reader, where there is one', async () => {
    const { page, chooses, says, field } = await visits(browser, baseURL, 'vi');
    await page.addInitScript(() => {
      self.BarcodeDetector = class {
        async detect() {
          return [{ rawValue: self.read }];
        }
      };
    });
    await page.goto('/scan/');
    const reads = async (text) => {
      await page.evaluate((read) => (self.read = read), text);
      await chooses(front);
    };
    await reads('https://example.vn');
    await says('other');
    await reads('046190001234||Lê Thị Bình|02031990|Nữ|Huế|15082021');
    await says('citizen');
    await reads('7hKq|Lê Thị Bình|1990|Nữ|046190001234|H57|UBND tỉnh|Chuyên viên|');
    await expect(field('birth_date')).toHaveText('1990');
    await says('ask_nowhere');
    await expect(page.locator('dd small:visible')).not.toHaveCount(0);
    if (pictures) await remember(page, 'scan-faults-vi');
  });

  await test.step('a camera that nobody allowed, that is not there, that is in use', async () => {
    for (const [fault, key] of [['NotAllowedError', 'denied'], ['NotFoundError', 'no_camera'], ['NotReadableError', 'busy']]) {
      const { page, t: words, says, ready } = await visits(browser, baseURL, 'vi');
      await page.addInitScript((name) => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', name));
      }, fault);
      await page.goto('/scan/');
      await ready();
      await page.getByRole('button', { name: words('scan.camera') }).click();
      await says(key);
      await expect(page.locator('video')).toBeHidden();
    }
  });

  await test.step('without scripts', async () => {
    for (const lang of ['vi', 'en']) {
      const { page, t: words } = await visits(browser, baseURL, lang, { javaScriptEnabled: false });
      await page.goto('/t');
      await press(page, page.getByRole('link', { name: words('scan.go') }));
      await checkFrame(page);
      if (pictures) await remember(page, `scan-nojs-${lang}`);
      await press(page, page.getByRole('button', { name: words('scan.send') }));
      await expect(page.locator('[data-show=scan]')).toHaveText(words('scan.picture_missing'));
      await page.getByLabel(words('scan.picture')).setInputFiles(front);
      await press(page, page.getByRole('button', { name: words('scan.send') }));
      await expect(page.locator('section dl')).toContainText(name.trim());
      if (pictures) await remember(page, `scan-nojs-read-${lang}`);
      await press(page, page.getByRole('button', { name: words('check.submit') }));
      await expect(page.getByRole('status')).toContainText(words('state.active'));
    }
  });
});
