import { expect, it } from 'vitest';
import { NOW_MS } from '../../test/fakes/samples.ts';
import { retryAfterMs } from './retry-after.ts';

it.each([
  ['seconds', '7', 7_000],
  ['a date', new Date(NOW_MS + 9_000).toUTCString(), 9_000],
  ['a date that has passed', new Date(NOW_MS - 9_000).toUTCString(), 0],
  ['for ever', '999999999', 3_600_000],
  ['nothing', null, undefined],
  ['an empty word', ' ', undefined],
  ['nonsense', 'soon', undefined],
])('understands %s as a Retry-After', (_title, header, waitMs) => {
  expect(retryAfterMs(header, Math.floor(NOW_MS / 1000) * 1000)).toBe(waitMs);
});
