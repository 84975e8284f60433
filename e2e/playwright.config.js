// The journeys run on each database; those tagged @nojs once more with JavaScript off. `cargo xtask test` starts the portals.
import { defineConfig } from '@playwright/test';

const portals = {
  sqlite: process.env.CONGTHE_E2E_SQLITE_URL,
  postgres: process.env.CONGTHE_E2E_POSTGRES_URL,
};

const projects = Object.entries(portals)
  .filter(([, baseURL]) => baseURL)
  .flatMap(([name, baseURL]) => [
    { name, use: { baseURL } },
    { name: `${name}-nojs`, grep: /@nojs/, use: { baseURL, javaScriptEnabled: false } },
  ]);
if (projects.length === 0) {
  throw new Error('No portal to test: run `cargo xtask test --only e2e`, which starts one on each database.');
}

export default defineConfig({
  testMatch: '**/*.spec.js',
  outputDir: 'artefacts/playwright',
  reporter: 'list',
  forbidOnly: true,
  retries: 0,
  workers: 2,
  projects,
  use: {
    locale: 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
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
