// The journeys run on each database; those tagged @nojs once more with JavaScript off. What another database cannot change
// runs on SQLite only. `cargo xtask test` starts a portal on one database after the other, and names its address and its
// accounts in the environment.
// First somebody signs in for each role, since a code of the second factor is accepted only once.
import { defineConfig } from '@playwright/test';

const portals = {
  sqlite: process.env.CONGTHE_E2E_SQLITE_URL,
  postgres: process.env.CONGTHE_E2E_POSTGRES_URL,
};

/** What happens between the page and the reader. */
const READERS = ['**/reader.spec.js', '**/every_packet.spec.js', '**/isolated_app.spec.js'];

const projects = Object.entries(portals)
  .filter(([, baseURL]) => baseURL)
  .flatMap(([name, baseURL]) => {
    const setup = `${name}-setup`;
    const once = name === 'sqlite';
    const nojs = { name: `${name}-nojs`, dependencies: [setup], grep: /@nojs/, use: { baseURL, javaScriptEnabled: false } };
    return [
      { name: setup, testMatch: '**/*.setup.js', fullyParallel: true, use: { baseURL } },
      { name, dependencies: [setup], testIgnore: once ? [] : READERS, use: { baseURL, pictures: once } },
      ...(once ? [nojs] : []),
    ];
  });
if (projects.length === 0) {
  throw new Error('No portal to test: run `cargo xtask test --only e2e`, which starts one.');
}

export default defineConfig({
  testMatch: process.env.CONGTHE_E2E_FIGURES ? '**/*.bench.js' : '**/*.spec.js',
  outputDir: 'artefacts/playwright',
  reporter: 'list',
  forbidOnly: true,
  retries: 0,
  workers: 2,
  // a code may be half a minute away, and a slow machine takes a minute for a role's pictures: these say «stuck», not «slow»
  timeout: 240_000,
  expect: { timeout: 15_000 },
  projects,
  use: {
    // colours that are still changing have no contrast to measure
    contextOptions: { reducedMotion: 'reduce' },
    locale: 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
