// What a page offers, by the words on it.
import { expect } from '@playwright/test';
import { beginning } from './words.js';

export function on(page, t) {
  const main = page.locator('main');
  return {
    main,
    heading: (name) => page.getByRole('heading', { level: 1, name }),
    button: (key) => main.getByRole('button', { name: t(key), exact: true }),
    link: (key) => main.getByRole('link', { name: t(key), exact: true }),
    field: (key) => main.getByLabel(beginning(t(key))),
    row: (name) => main.getByRole('row').filter({ hasText: name }),
    said: (key) => expect(page.getByRole('status').getByText(t(key))).toBeVisible(),
  };
}
