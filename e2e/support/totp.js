// Codes of the second factor as an authenticator application computes them: RFC 6238 with SHA-1, six digits, 30 seconds.
import { createHmac } from 'node:crypto';

export const STEP_MS = 30_000;

export function stepAt(ms) {
  return Math.floor(ms / STEP_MS);
}

/** The code of a time step; `secret` in base 32, blanks do not matter. */
export function codeOf(secret, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = digest.at(-1) & 0x0f; // RFC 4226 §5.3
  const number = digest.readUInt32BE(offset) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, '0');
}

// RFC 4648 §6
function fromBase32(text) {
  let bits = 0;
  let value = 0;
  const bytes = [];
  for (const letter of text.replace(/[\s=]/g, '').toUpperCase()) {
    const digit = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter);
    if (digit < 0) throw new Error(`«${letter}» is no letter of base 32`);
    value = ((value << 5) | digit) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 0xff);
    }
  }
  return Buffer.from(bytes);
}
