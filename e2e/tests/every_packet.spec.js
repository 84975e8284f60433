// A card that is being written at the desk leaves, or its reader does, at every packet: it is always finished at the next tap.
import { keyed, said } from '../support/chips.js';
import { issued } from '../support/issued.js';
import { on } from '../support/offers.js';
import { plugIn } from '../support/readers.js';
import { blank, somebody } from '../support/taken.js';
import { expect, test } from '../support/test.js';

for (const fault of ['remove', 'unplug']) {
  test(`a card is written: ${fault} at every packet`, async ({ open, browser, baseURL, t }) => {
    test.setTimeout(900_000);
    const between = async (desk) => {
      await plugIn(desk, [{ model: 'rc-s300', holds: await keyed(open, t) }]);
      await desk.reload();
      await desk.evaluate(() => standIn.plan(1, 'remove'));
      await desk.getByRole('button', { name: t('reader.choose') }).click();
      await expect(said(desk)).toHaveAttribute('data-said', /^(waiting|no-card|card-gone|mute)$/);
      const outcomes = await tornAtEveryPacket(desk, fault);
      const torn = Object.entries(outcomes).reduce((sum, [name, count]) => sum + (/^chip-gone|^unplugged/.test(name) ? count : 0), 0);
      expect(torn).toBeGreaterThan(120);
      await expect(on(desk, t).button('issue.confirm')).toBeVisible();
    };
    const { card, desk } = await issued({ open, browser, baseURL, t }, await somebody(await open('tochuc'), t), blank('PH'), between);
    await desk.goto(card);
    await expect(on(desk, t).main.getByText(t('card_state.active')).first()).toBeVisible();
  });
}

/** Lays the card down again and again, and each time the fault comes a packet later, until the card is finished. How often the page said what. */
function tornAtEveryPacket(page, fault) {
  return page.evaluate(async (fault) => {
    const status = document.querySelector('[data-show=status]');
    let news = [];
    new MutationObserver(() => news.push(status.dataset.said)).observe(status, { attributeFilter: ['data-said'] });
    const [device] = await standIn.devices();
    const finished = /^chip-(anew|finished|was-issued|issued)$/;
    const gone = fault === 'unplug' ? /^unplugged$/ : /^(chip-gone.*|card-gone|no-card|mute|waiting)$/;
    const outcomes = {};
    for (let packet = 1; ; packet += 1) {
      news = [];
      device.reader.plan(packet, fault);
      // nothing is asked between the two: the count begins with the card
      if (fault === 'unplug' && packet > 1) await standIn.plugIn();
      else await standIn.putBack();
      let outcome;
      for (const began = performance.now(); !outcome; ) {
        outcome = news.find((said) => finished.test(said) || gone.test(said));
        // gone before the page had seen it
        if (!news.length && performance.now() - began > 1_500) outcome = 'unseen';
        if (performance.now() - began > 30_000) throw new Error(`packet ${packet}: the page says ${news}`);
        await new Promise((after) => setTimeout(after, 5));
      }
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (finished.test(outcome)) return outcomes;
    }
  }, fault);
}
