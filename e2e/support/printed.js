// Faces as they lie before a camera or a scanner.
import { chromium } from '@playwright/test';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The front that a desk's page shows, as a scanner would bring it. */
export async function printed(browser, page) {
  const html = await page.locator('.faces figure.front .card-face svg').last().evaluate((svg) => svg.outerHTML);
  const context = await browser.newContext({ viewport: { width: 2000, height: 1400 } });
  const press = await context.newPage();
  await press.setContent(`<style>body{margin:0;background:#fff}svg{width:2000px;height:auto;display:block}</style>${html}`);
  const buffer = await press.locator('svg').first().screenshot();
  await context.close();
  return { name: 'card.png', mimeType: 'image/png', buffer };
}

/** The back as it comes out of the desk's printer: the second page of its file. */
export async function printedBack(page) {
  const place = mkdtempSync(join(tmpdir(), 'congthe-back-'));
  try {
    const file = await page.request.get(`${new URL(page.url()).pathname}/face`);
    writeFileSync(join(place, 'card.pdf'), await file.body());
    execFileSync('pdftocairo', ['-r', '600', '-png', '-singlefile', '-f', '2', '-l', '2', join(place, 'card.pdf'), join(place, 'back')]);
    return { name: 'back.png', mimeType: 'image/png', buffer: readFileSync(join(place, 'back.png')) };
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** Chromium whose camera sees that picture: a film of it, as Y4M, in that file. */
export async function withCamera(browser, { buffer }, film) {
  const page = await browser.newPage();
  const [width, height, luma] = await page.evaluate(async (address) => {
    const image = new Image();
    image.src = address;
    await image.decode();
    // both sides even: colours have half of them
    const [width, height] = [1600, 2 * Math.round((800 * image.height) / image.width)];
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    const letters = [];
    for (let at = 0; at < data.length; at += 4) letters.push(String.fromCharCode(Math.round(0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2])));
    return [width, height, btoa(letters.join(''))];
  }, `data:image/png;base64,${buffer.toString('base64')}`);
  await page.close();
  const grey = Buffer.alloc((width * height) / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), Buffer.from(luma, 'base64'), grey]);
  writeFileSync(film, Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F5:1 Ip A1:1 C420jpeg\n`), frame, frame, frame]));
  const args = ['--no-sandbox', '--disable-gpu', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream'];
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: [...args, `--use-file-for-fake-video-capture=${film}`] });
}
