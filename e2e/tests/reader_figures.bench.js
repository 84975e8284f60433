// Figures of the reader page, for `cargo xtask bench reader`: what an exchange costs the page's processor, and how long it takes until a
// card that was laid down or lifted is seen. Printed, not held: machines differ.
import { plugIn } from '../support/readers.js';
import { expect, test } from '../support/test.js';

const says = async (page, name) => expect(page.locator('main .said')).toHaveAttribute('data-said', name);

for (const model of ['de-abcm6', 'rc-s300', 'pn533']) {
  test(`figures of ${model}`, async ({ open, t }) => {
    const page = await open('capthe');
    await plugIn(page, [{ model, card: 'ev3' }]);
    await page.goto('/reader');
    await page.getByRole('button', { name: t('reader.choose') }).click();
    await says(page, 'card-there');
    const client = await page.context().newCDPSession(page);
    await client.send('Profiler.enable');
    const out = await page.evaluate(async () => {
      const [device] = await standIn.devices();
      window.exchanges = 0;
      const write = device.transferOut.bind(device);
      device.transferOut = (...given) => {
        window.exchanges += 1;
        return write(...given);
      };
      return true;
    });
    expect(out).toBe(true);
    // the card is read again and again
    const count = () => page.evaluate(() => window.exchanges);
    const before = await count();
    await client.send('Profiler.start');
    await page.evaluate(async () => {
      const status = document.querySelector('main .said');
      for (let round = 0; round < 30; round += 1) {
        status.dataset.said = '';
        document.querySelector('[data-do=again]').click();
        while (status.dataset.said !== 'card-there') await new Promise((resolve) => setTimeout(resolve, 10));
      }
    });
    const { profile } = await client.send('Profiler.stop');
    const after = await count();
    // the module and its script, not the simulated reader, not the browser's painting
    const own = new Set(profile.nodes.filter((node) => /\/carrier\./.test(node.callFrame.url)).map((node) => node.id));
    const spent = profile.samples.reduce((sum, id, nth) => sum + (own.has(id) ? profile.timeDeltas[nth] : 0), 0);
    const each = spent / 1000 / (after - before);
    const seen = [];
    for (let round = 0; round < 10; round += 1) {
      for (const [act, word] of [['remove', 'waiting'], ['insert', 'card-there']]) {
        seen.push(
          await page.evaluate(
            async ([act, word]) => {
              const status = document.querySelector('main .said');
              const at = performance.now();
              const changed = new Promise((resolve) => {
                new MutationObserver((_, observer) => {
                  if (status.dataset.said === 'waiting' || status.dataset.said === 'asking') {
                    observer.disconnect();
                    resolve(performance.now() - at);
                  }
                }).observe(status, { attributes: true });
              });
              await standIn[act]('ev3');
              const time = await changed;
              while (status.dataset.said !== word) await new Promise((resolve) => setTimeout(resolve, 5));
              return time;
            },
            [act, word],
          ),
        );
      }
    }
    seen.sort((one, other) => one - other);
    console.log(
      `${model}: ${each.toFixed(2)} ms of processor per exchange (module and script, ${after - before} exchanges); ` +
        `a change is shown after ${seen[10].toFixed(0)} ms (median), ${seen.at(-1).toFixed(0)} ms (longest of 20)`,
    );
  });
}
