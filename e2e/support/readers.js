// Stand-ins for readers: the portal's own simulated readers behind `navigator.usb`, so that bindings, carrier and core run for real.

/**
 * Gives the page's browser simulated readers on its bus. `readers`: `[{ model, card, held, holds }]`; `holds`: what `standIn.card()` told of a
 * card on another page, which then lies here. The first reader's card goes along when the page goes on to another one.
 */
export async function plugIn(page, readers) {
  await page.addInitScript((readers) => {
    const bus = new EventTarget();
    const state = { readers: [], allowed: new Set(JSON.parse(sessionStorage.getItem('allowed') ?? '[]')) };
    const made = (async () => {
      const text = await (await fetch('/reader')).text();
      const [, script, wasm] = text.match(/carrier\.start\(\["([^"]+)", "([^"]+)"\]/);
      const training = await import(script);
      await training.default({ module_or_path: wasm });
      for (const { model, card, held = false, holds } of readers) {
        const device = training.usb(model, holds ? undefined : card, held);
        const kept = state.readers.length ? null : sessionStorage.getItem('card');
        if (kept ?? holds) device.reader.lay(kept ?? holds);
        state.readers.push(device);
      }
      addEventListener('pagehide', () => {
        const card = state.readers[0]?.reader.card();
        if (card) sessionStorage.setItem('card', card);
      });
    })();
    const devices = async () => {
      await made;
      return state.readers;
    };
    bus.getDevices = async () => (await devices()).filter((_, nth) => state.allowed.has(nth));
    bus.requestDevice = async () => {
      const all = await devices();
      if (!all.length) throw new DOMException('No device selected.', 'NotFoundError');
      state.allowed.add(0);
      sessionStorage.setItem('allowed', JSON.stringify([...state.allowed]));
      return all[0];
    };
    Object.defineProperty(navigator, 'usb', { value: bus, configurable: true });
    window.standIn = {
      devices,
      async plan(transfer, fault) {
        (await devices())[0].reader.plan(transfer, fault);
      },
      async transfers() {
        return (await devices())[0].reader.transfers();
      },
      async insert(card) {
        const [device] = await devices();
        device.reader.insert(card);
        device.changed();
      },
      async lay(holds) {
        const [device] = await devices();
        device.reader.remove();
        device.changed();
        await new Promise((after) => setTimeout(after, 500));
        device.reader.lay(holds);
        device.changed();
      },
      async card() {
        return (await devices())[0].reader.card();
      },
      async remove() {
        const [device] = await devices();
        device.reader.remove();
        device.changed();
      },
      async putBack() {
        const [device] = await devices();
        device.reader.putBack();
        device.changed();
      },
      async unplug() {
        const [device] = await devices();
        device.reader.unplug();
        device.changed();
      },
      async plugIn() {
        const [device] = await devices();
        device.reader.plugIn();
        device.opened = false;
        bus.dispatchEvent(new Event('connect'));
      },
    };
  }, readers);
}

/**
 * Presses a button so often, and each time lets that happen at the next packet: `remove` or `unplug`. Each time the page has to say so, and to
 * find the card again when it is put back. How often it said what. It is asked in the page, since hundreds of packets are tried.
 */
export async function atEveryPacket(page, button, packets, fault) {
  return page.evaluate(
    async ([button, packets, fault]) => {
      const status = document.querySelector('[data-show=status]');
      let packet = 0;
      const said = async (names) => {
        for (const began = performance.now(); performance.now() - began < 20_000; ) {
          if (names.includes(status.dataset.said)) return status.dataset.said;
          await new Promise((after) => setTimeout(after, 10));
        }
        throw new Error(`packet ${packet}: the page says ${status.dataset.said}, not one of ${names}`);
      };
      const gone = ['waiting', 'card-gone', 'no-card', 'mute', 'garbled', 'refused', 'trial-good'];
      const outcomes = {};
      for (packet = 1; packet <= packets; packet += 1) {
        await standIn.plan(packet, fault);
        document.querySelector(`[data-do=${button}]`).click();
        const outcome = await said(fault === 'unplug' ? ['unplugged'] : gone);
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
        await standIn.plan(999_999, '');
        if (fault === 'unplug') await standIn.plugIn();
        else await standIn.putBack();
        await said(['card-there']);
      }
      return outcomes;
    },
    [button, packets, fault],
  );
}
