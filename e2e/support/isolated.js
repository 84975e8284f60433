// The Isolated Web App in a Chromium of its own, in developer mode: installed from an address of this machine, then started as an app.
// It reaches the portal as it will everywhere, over `wss:`: a second address speaks TLS, with a certificate of this run, and hands
// WebSockets on to the portal.
import { chromium } from '@playwright/test';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HEADERS, TYPES } from '../../app/isolated/serving.mjs';

const DEVTOOLS = /DevTools listening on (ws:\/\/\S+)/;
const PATIENCE_MS = 60_000;
/** Processes of the browser may still write when the first has ended. */
const GONE = { recursive: true, force: true, maxRetries: 20, retryDelay: 200 };

/** Serves the app's folder. `portal` says, once it is known, which portal WebSockets are for. */
export async function serveApp(folder) {
  const sockets = new Set();
  let portal;
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://app');
    const path = pathname === '/' ? '/index.html' : pathname;
    try {
      if (path.includes('..')) throw new Error('outside');
      const body = readFileSync(join(folder, path));
      response.writeHead(200, { 'content-type': TYPES[extname(path)], ...HEADERS }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  const tls = createTlsServer(certificate());
  for (const one of [server, tls]) {
    one.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
  }
  tls.on('upgrade', (request, socket, head) => {
    if (!portal) return socket.destroy();
    const { hostname, port } = new URL(portal);
    const onward = connect(Number(port), hostname, () => {
      const names = request.rawHeaders.filter((_, nth) => nth % 2 === 0);
      const lines = names.map((name, nth) => `${name}: ${request.rawHeaders[2 * nth + 1]}`);
      onward.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    sockets.add(onward);
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  for (const one of [server, tls]) await new Promise((resolve) => one.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** Where the app finds the portal. */
    portal: `https://127.0.0.1:${tls.address().port}`,
    leadTo(url) {
      portal = url;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      for (const one of [server, tls]) await new Promise((resolve) => one.close(resolve));
    },
  };
}

/** Key and certificate of this run, which Chromium is told to take. */
function certificate() {
  const folder = mkdtempSync(join(tmpdir(), 'congthe-tls-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    execFileSync('openssl', [...request, ...subject, '-keyout', key, '-out', cert], { stdio: 'pipe' });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } finally {
    rmSync(folder, GONE);
  }
}

/** Installs the app from there and starts it; its page, and what ends it. */
export async function install(url) {
  const profile = mkdtempSync(join(tmpdir(), 'congthe-app-'));
  const running = [];
  const close = async () => {
    for (const one of running.splice(0)) await one.end();
    rmSync(profile, GONE);
  };
  try {
    const installed = /Isolated Web App command line installation (successful|failed).*/;
    const installer = await chromiumWith(profile, [`--install-isolated-web-app-from-url=${url}`, 'about:blank'], installed);
    running.push(installer);
    if (installer.said[1] !== 'successful') throw new Error(installer.said[0]);
    await running.pop().end();

    const [app] = readdirSync(join(profile, 'Default/Web Applications/Manifest Resources'));
    running.push(await chromiumWith(profile, [`--app-id=${app}`], DEVTOOLS));
    const browser = await chromium.connectOverCDP(running[0].said[1]);
    return { page: await isolatedPage(browser), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function isolatedPage(browser) {
  const until = Date.now() + PATIENCE_MS;
  const pages = () => browser.contexts().flatMap((context) => context.pages());
  while (Date.now() < until) {
    const found = pages().find((page) => page.url().startsWith('isolated-app://'));
    if (found) return found;
    await sleep(100);
  }
  throw new Error(`the app did not open, but ${pages().map((page) => page.url())}`);
}

/** Starts Chromium, and comes back when it has said that. */
async function chromiumWith(profile, args, until) {
  const child = spawn(
    process.env.CHROMIUM ?? '/usr/bin/chromium',
    [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--ignore-certificate-errors',
      '--enable-features=IsolatedWebApps,IsolatedWebAppDevMode',
      '--enable-logging=stderr',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      ...args,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let heard = '';
  /** In order, so that what was installed is written down. */
  const end = async () => {
    const late = setTimeout(() => child.kill('SIGKILL'), 15_000);
    try {
      const browser = await chromium.connectOverCDP(heard.match(DEVTOOLS)[1], { timeout: 10_000 });
      await (await browser.newBrowserCDPSession()).send('Browser.close');
    } catch {
      child.kill('SIGTERM');
    }
    await ended;
    clearTimeout(late);
  };
  const said = await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`Chromium did not say ${until}:\n${heard}`)), PATIENCE_MS);
    child.stderr.on('data', (data) => {
      heard += data;
      const match = heard.match(until);
      if (!match) return;
      clearTimeout(late);
      resolve(match);
    });
    child.once('exit', () => reject(new Error(`Chromium ended:\n${heard}`)));
  }).catch(async (error) => {
    await end();
    throw error;
  });
  return { said, end };
}

/**
 * Puts a simulated reader with a card in the place of `navigator.usb`. Its module is given to the page from outside, since the app's
 * own folder has nothing of it; so its script stands in one piece, without `import` and `export`.
 */
export async function putReader(page, site, model, card) {
  const manifest = JSON.parse(readFileSync(join(site, 'manifest.json'), 'utf8'));
  const read = (address) => readFileSync(join(site, address));
  const script = String(read(manifest.training.script));
  const [, names, path] = script.match(/^import \{([^}]*)\} from ['"]\.\/(snippets\/[^'"]+)['"];?$/m);
  const library = String(read(`assets/${path}`));
  const standIn = `
    const library = (() => { ${bare(library)} return { random, SimulatedUsb }; })();
    const training = (() => {
      const { ${names.replaceAll(' as ', ': ')} } = library;
      ${bare(script.replace(/^import .*$/gm, '')).replaceAll('import.meta.url', 'location.href')}
      return { initSync, usb };
    })();
    const bytes = Uint8Array.from(atob('${read(manifest.training.wasm).toString('base64')}'), (one) => one.charCodeAt(0));
    training.initSync({ module: bytes });
    const device = training.usb('${model}', ${card ? `'${card}'` : 'undefined'}, false);
    const bus = new EventTarget();
    bus.getDevices = async () => [];
    bus.requestDevice = async () => device;
    Object.defineProperty(navigator, 'usb', { value: bus, configurable: true });
    globalThis.standIn = device;
  `;
  await page.addInitScript(`(() => { if (location.protocol !== 'isolated-app:') return; ${standIn} })();`);
  await page.reload();
}

/** A module's text as it can stand within a function. */
function bare(text) {
  return text.replace(/^export (default )?(?=async function|function|class|const|let)/gm, '').replace(/^export \{[^}]*\};?$/gm, '');
}
