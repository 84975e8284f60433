// Packs a folder into a signed web bundle, which is how browsers take an Isolated Web App:
// node bundle.mjs NODE_MODULES FOLDER KEY OUT
// KEY is an Ed25519 private key in PEM; it is made, readable by its owner alone, where there is none. Prints one line of JSON.
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { HEADERS, TYPES } from './serving.mjs';

const [modules, folder, keyFile, out] = process.argv.slice(2);
const require = createRequire(resolve(modules, 'any.js'));
const { BundleBuilder } = require('wbn');
const { IntegrityBlockSigner, NodeCryptoSigningStrategy, WebBundleId, parsePemKey } = require('wbn-sign');

const made = !existsSync(keyFile);
if (made) {
  mkdirSync(dirname(keyFile), { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
}
const key = privateKey(keyFile);
const id = new WebBundleId(key);
const origin = id.serializeWithIsolatedWebAppOrigin().replace(/\/$/, '');

const builder = new BundleBuilder();
for (const file of files(folder)) {
  const path = relative(folder, file);
  const type = TYPES[extname(path)];
  if (!type) throw new Error(`${path}: no content type is known for it`);
  const body = new Uint8Array(readFileSync(file));
  const headers = { 'content-type': type, ...HEADERS };
  builder.addExchange(`${origin}/${path}`, 200, headers, body);
  if (path === 'index.html') builder.addExchange(`${origin}/`, 200, headers, body);
}
const strategies = [new NodeCryptoSigningStrategy(key)];
const { signedWebBundle } = await new IntegrityBlockSigner(builder.createBundle(), id.serialize(), strategies).sign();
mkdirSync(dirname(out), { recursive: true });
writeFileSync(out, signedWebBundle);
console.log(JSON.stringify({ id: id.serialize(), origin, made, bytes: signedWebBundle.length }));

function privateKey(file) {
  const found = parsePemKey(readFileSync(file, 'utf-8'));
  if (found.asymmetricKeyType !== 'ed25519') throw new Error(`${file}: the key must be Ed25519`);
  return found;
}

/** In a fixed order, so that equal folders make equal bundles. */
function files(within) {
  const entries = readdirSync(within, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const path = join(within, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });
}
