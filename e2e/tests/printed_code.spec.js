// The printed QR code is read again at the desk: in a picture, by the camera, without scripts; and one of another card stops it.
import { issued } from '../support/issued.js';
import { on } from '../support/offers.js';
import { printed } from '../support/printed.js';
import { blank, somebody } from '../support/taken.js';
import { expect, press, test } from '../support/test.js';

/** A camera before which that picture is held. */
async function camera(page, { buffer }) {
  await page.addInitScript((picture) => {
    navigator.mediaDevices.getUserMedia = async () => {
      const image = new Image();
      image.src = picture;
      await image.decode();
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [1600, Math.round((1600 * image.height) / image.width)];
      const draw = () => canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
      draw();
      setInterval(draw, 50);
      return canvas.captureStream(20);
    };
  }, `data:image/png;base64,${buffer.toString('base64')}`);
}

test('the code of another card stops this one, and its own lets it go on @nojs', async ({ open, browser, baseURL, check, t, javaScriptEnabled }) => {
  test.setTimeout(300_000);
  const scripts = javaScriptEnabled !== false;
  let other;
  const first = await issued({ open, browser, baseURL, t }, await somebody(await open('tochuc'), t), blank('KC'), async (desk) => {
    await expect(on(desk, t).main.getByText(t('code.unread'))).toBeVisible();
    other = await printed(browser, desk);
  });

  await issued({ open, browser, baseURL, t }, await somebody(await open('tochuc'), t), blank('KC'), async (desk) => {
    const makes = on(desk, t);
    const page = new URL(desk.url()).pathname;
    const own = await printed(browser, desk);
    await check(desk, 'code-unread');
    /** With scripts the picture is read here and its text sent; without, the button sends it. */
    const sends = async (picture) => {
      const field = makes.field('code.picture');
      if (!scripts) {
        await field.setInputFiles(picture);
        return press(desk, makes.button('code.check'));
      }
      await expect(field).toHaveAttribute('data-ready', '');
      const [answer] = await Promise.all([
        desk.waitForResponse((response) => response.request().method() === 'POST' && response.url().endsWith('/code')),
        field.setInputFiles(picture),
      ]);
      expect(answer.request().postData() ?? '', 'the picture stays here').not.toContain('PNG');
      await desk.waitForLoadState();
      return answer;
    };
    const missing = await press(desk, makes.button('code.check'));
    expect(missing.status()).toBe(422);
    await expect(desk.getByRole('alert')).toContainText(t('code.missing'));

    await desk.goto(page);
    expect((await sends(other)).status()).toBe(422);
    await expect(desk.getByRole('alert')).toContainText(first.name);
    await check(desk, 'code-of-another');
    await desk.goto(page);
    await expect(makes.main.getByText(t('code.differs'), { exact: true })).toBeVisible();
    // it can be read again, or noted as a misprint, and nothing else
    await expect(makes.main.getByText(t('failure.refused.code_differs'))).toBeVisible();
    await expect(makes.button('issue.confirm')).toHaveCount(0);
    await expect(makes.button('issue.misprint')).toBeVisible();

    if (scripts) {
      await camera(desk, own);
      await desk.reload();
      await desk.getByRole('button', { name: t('code.camera') }).click();
      await makes.said('flash.code_fits');
    } else {
      await sends(own);
    }
    await expect(makes.main.getByText(t('code.fits'), { exact: true })).toBeVisible();
    await check(desk, 'code-fits');
  });
});
