// What journeys use up: each person and each blank is one journey's alone, whichever runs beside it.
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from './test.js';

/** Beside the accounts of the run: a portal of its own each time. */
const TAKEN = join(dirname(process.env.CONGTHE_E2E_ACCOUNTS), 'taken');

/** Whether nobody took it before. */
function take(what) {
  mkdirSync(TAKEN, { recursive: true });
  try {
    closeSync(openSync(join(TAKEN, encodeURIComponent(what)), 'wx'));
    return true;
  } catch (fault) {
    if (fault.code !== 'EEXIST') throw fault;
    return false;
  }
}

/** Pages of the officer's people; the first is looked at by journeys that change nothing, the third asks for thirty cards at once. */
const PAGES = [2, 4, 5];

/** A person of the officer's unit whose data are complete and whose position fits the card: the page's path. */
export async function somebody(page, t) {
  for (const number of PAGES) {
    await page.goto(`/people?page=${number}`);
    const rows = page.locator('main tbody tr').filter({ hasText: 'Giáo viên', hasNotText: t('people.to_complete') });
    const links = await rows.evaluateAll((all) => all.map((row) => row.querySelector('a').getAttribute('href')));
    const free = links.find(take);
    if (free) return free;
  }
  expect(PAGES, 'pages with somebody whom no journey took').toEqual([]);
}

/** The first blanks that journeys may take; those of `list_of_thirty` begin at KC001601. */
const FIRST = { KC: 1501, PH: 1701 };

/** The number of a blank that nobody took: `KC` plain, `PH` with a chip. */
export function blank(series) {
  const number = (of) => `${series}${String(of).padStart(6, '0')}`;
  let next = FIRST[series];
  while (!take(number(next))) next += 1;
  return number(next);
}
