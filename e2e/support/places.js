// Where the tests keep things.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a run leaves behind to be looked at. */
export const ARTEFACTS = fileURLToPath(new URL('../artefacts', import.meta.url));

/** The signed-in state of an account on a portal. */
export function statePath(portal, login) {
  return join(ARTEFACTS, '.states', new URL(portal).host.replace(':', '-'), `${login}.json`);
}
