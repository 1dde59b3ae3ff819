import { describe, expect, it } from 'vitest';
import { isOpen, opensAtMs, type Window } from './windows.ts';

const HOUR_MS = 3_600_000;
const nightly: Window = { effect: 'allow', schedule: '0 22 * * 1-5', durationMs: 8 * HOUR_MS, timeZone: 'UTC' };
const at = (text: string): number => Date.parse(text);

describe('a window', () => {
  it.each([
    ['before it opens', '2026-11-24T21:59:59Z', false],
    ['when it opens', '2026-11-24T22:00:00Z', true],
    ['after midnight', '2026-11-25T05:59:59Z', true],
    ['when it closes', '2026-11-25T06:00:00Z', false],
    ['on the morning after the last day', '2026-11-28T03:00:00Z', true],
    ['on a day that is not its own', '2026-11-28T23:00:00Z', false],
  ])('%s', (_title, time, open) => {
    expect(isOpen(nightly, at(time))).toBe(open);
  });

  it('keeps to its time zone, through a change of the clocks', () => {
    const berlin = { ...nightly, timeZone: 'Europe/Berlin' };
    expect([at('2026-07-01T20:00:00Z'), at('2026-12-01T20:00:00Z')].map((each) => isOpen(berlin, each))).toEqual([
      true,
      false,
    ]);
  });

  it('says when it opens next', () => {
    expect(opensAtMs(nightly, at('2026-11-28T12:00:00Z'))).toBe(at('2026-11-30T22:00:00Z'));
  });
});
