// The bridge beside the browser, with cards on the virtual reader of the system's PC/SC service.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from './test.js';

/** Gives `work` a bridge that can be started, and ends whatever it started. */
export async function withBridge(baseURL, work) {
  const state = mkdtempSync(join(tmpdir(), 'bridge-'));
  const beside = [];
  const start = (program, args) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    beside.push(child);
    return child;
  };
  const bridge = {
    shown: '',
    async start() {
      const child = start(process.env.CONGTHE_E2E_BRIDGE, ['--allow', baseURL, '--state', join(state, 'pairings')]);
      const read = (text) => (bridge.shown += text);
      child.stdout.on('data', read);
      // why it does not start is the first thing to know
      child.stderr.on('data', read);
      bridge.agree = () => child.stdin.write('y\n');
      bridge.stop = () => child.kill();
      await expect.poll(() => bridge.shown).toContain('127.0.0.1:28384');
    },
    /** Lays a card on the virtual reader; takes it away again. `name`: the same card as before under that name. */
    lay(model, name) {
      const same = name ? ['--memory', '2k', '--state', join(state, `${name}.json`)] : [];
      const card = start(process.env.CONGTHE_E2E_XTASK, ['virtual-card', '--model', model, '--vpcd', process.env.CONGTHE_E2E_VPCD, ...same]);
      const gone = new Promise((over) => card.on('exit', over));
      return {
        take() {
          card.kill();
          return gone;
        },
      };
    },
  };
  try {
    await work(bridge);
  } finally {
    beside.forEach((child) => child.kill());
    rmSync(state, { recursive: true, force: true });
  }
}
