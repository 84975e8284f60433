// The demonstration's accounts, one for each role, as `congthe demo --accounts` wrote them.
import { readFileSync } from 'node:fs';

const all = JSON.parse(readFileSync(process.env.CONGTHE_E2E_ACCOUNTS, 'utf8'));

export function account(login) {
  const found = all.find((account) => account.login === login);
  if (!found) throw new Error(`the demonstration has no account «${login}»`);
  return found;
}
