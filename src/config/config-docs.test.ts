import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SETTINGS } from './config-settings.ts';

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

it.each(Object.entries(SETTINGS))('the page about configuration explains %s', (key, { env }) => {
  expect(page).toContain(`| \`${key}\` | \`${env}\` |`);
});
