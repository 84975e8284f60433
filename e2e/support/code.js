// A code is accepted once, and only one newer than the last. All workers share what was used, in files, so that nobody
// waits for the next half minute who need not: the portal also takes the code of the step before and of the step after.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ARTEFACTS } from './places.js';
import { STEP_MS, codeOf, stepAt } from './totp.js';

/** A step is not used in its last moments: the portal may receive the code in the next one. */
const MARGIN_MS = 4_000;
/** A lock older than this was left behind. */
const STALE_MS = 60_000;

/** Hands `act` an unused code of the account and holds it until the code has been shown. */
export async function withCode(portal, account, act) {
  const folder = join(ARTEFACTS, '.codes', new URL(portal).host.replace(':', '-'));
  mkdirSync(folder, { recursive: true });
  const used = join(folder, account.login);
  await lock(`${used}.lock`);
  try {
    const step = await nextStep(used);
    writeFileSync(used, String(step));
    return await act(codeOf(account.totp_secret, step));
  } finally {
    rmSync(`${used}.lock`, { recursive: true, force: true });
  }
}

async function nextStep(used) {
  for (;;) {
    const now = Date.now();
    const oldest = stepAt(now - STEP_MS + MARGIN_MS);
    const step = Math.max(oldest, lastStep(used) + 1);
    if (step <= stepAt(now + STEP_MS)) return step;
    await sleep(500);
  }
}

function lastStep(used) {
  try {
    return Number(readFileSync(used, 'utf8'));
  } catch {
    return 0;
  }
}

async function lock(path) {
  for (;;) {
    try {
      mkdirSync(path);
      return;
    } catch {
      if (Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > STALE_MS) {
        rmSync(path, { recursive: true, force: true });
      }
      await sleep(100);
    }
  }
}
