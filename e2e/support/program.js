// A portal of a journey's own: the program on a data folder, as whoever has the server runs it.
import { execFile, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ARTEFACTS } from './places.js';

const PROGRAM = process.env.CONGTHE_E2E_PROGRAM;
const run = promisify(execFile);

const portals = new Set();
const folders = [];

/** Names folders under one that `clear` removes. */
export function workplace() {
  const root = mkdtempSync(join(tmpdir(), 'congthe-'));
  folders.push(root);
  return (name) => join(root, name);
}

/** Ends what runs and removes what was made: after each journey, however it ended. */
export async function clear() {
  await Promise.all([...portals].map((portal) => portal.stop()));
  for (const root of folders.splice(0)) rmSync(root, { recursive: true, force: true });
}

/** Runs a subcommand on the data folder; what it prints, without the newline at the end. Fails as the program does. */
export async function congthe(data, ...args) {
  const { stdout } = await run(PROGRAM, [...args, '--data', data]);
  return stdout.trimEnd();
}

/** Where a portal of a journey's own has its database: an SQLite file in its data folder, or the spare database of the run on PostgreSQL. */
export const DATABASE = process.env.CONGTHE_E2E_SPARE ? ['--database', process.env.CONGTHE_E2E_SPARE] : [];

/** Serves the data folder on a free port; its log is kept under that name. `settings`: further variables. */
export async function serve(data, name, settings = {}, database = []) {
  mkdirSync(ARTEFACTS, { recursive: true });
  const port = await freePort();
  const child = spawn(PROGRAM, ['serve', '--port', String(port), '--data', data, ...database], { env: { ...process.env, ...settings } });
  const log = createWriteStream(join(ARTEFACTS, `congthe-${name}.log`));
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const url = `http://127.0.0.1:${port}`;
  const portal = {
    url,
    /** Stops it in order; its exit code. */
    stop: async () => {
      portals.delete(portal);
      child.kill('SIGTERM');
      return ended;
    },
  };
  portals.add(portal);
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) throw new Error(`the portal «${name}» ended with ${child.exitCode}`);
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return portal;
    await sleep(100);
  }
  throw new Error(`the portal «${name}» was not ready in time`);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
