import { expect, it } from 'vitest';
import { readSettings } from './settings.ts';

it('has a default for every setting', () => {
  expect(readSettings({})).toMatchObject({
    port: 8080,
    backTimeoutMs: 500,
    requestsPerSecond: 20,
    stateFile: undefined,
  });
});

it('takes numbers from the environment', () => {
  expect(readSettings({ SHOP_REQUESTS_PER_SECOND: '5', SHOP_PORT: '' })).toMatchObject({
    requestsPerSecond: 5,
    port: 8080,
  });
});

it.each(['many', '0', '-1', 'Infinity'])('refuses the rate "%s"', (rate) => {
  expect(() => readSettings({ SHOP_REQUESTS_PER_SECOND: rate })).toThrow(`got "${rate}"`);
});
