import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, LONGEST_DURATION_MS, parseDuration, parseGoDuration } from './duration.ts';

describe('parseDuration', () => {
  it.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['1m30s', 90_000],
    ['2h', 7_200_000],
    ['1d1h1m1s1ms', 90_061_001],
    ['90s', 90_000],
    ['5m', 300_000],
    ['30d', LONGEST_DURATION_MS],
  ])('reads %s as %i ms', (text, expectedMs) => {
    expect(parseDuration(text)).toBe(expectedMs);
  });

  it.each([
    '',
    ' ',
    '5',
    '-5s',
    '+5s',
    '1.5s',
    '1,000s',
    '5 minutes',
    '5 s',
    ' 5s',
    '5s ',
    '1s1m',
    '1s1s',
    '0s',
    '0d0h',
    '5S',
    '1w',
    's',
    '1e3s',
    '31d',
    '1m-1s',
    '٣s',
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  it('reads back what formatDuration writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: LONGEST_DURATION_MS }), (ms) => parseDuration(formatDuration(ms)) === ms),
    );
  });

  it('takes a long text without taking long', () => {
    expect(parseDuration('1'.repeat(100_000))).toBeNull();
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [1, '1ms'],
    [90_000, '1m30s'],
    [1.5, '1.5ms'],
    [-1, '-1ms'],
  ])('writes %d ms as %s', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text);
  });
});

describe('parseGoDuration', () => {
  it.each([
    ['180s', 180_000],
    ['1.5h', 5_400_000],
    ['1m30s', 90_000],
    ['.5s', 500],
    ['100us', 0.1],
    ['+3s', 3_000],
  ])('reads %s as %d ms, as Chaos Mesh does', (text, expectedMs) => {
    expect(parseGoDuration(text)).toBe(expectedMs);
  });

  it.each(['', '0s', '-3s', '3', '1d', '3 s', 's', '1..5s', '1'.repeat(200)])('refuses %j', (text) => {
    expect(parseGoDuration(text)).toBeNull();
  });
});
