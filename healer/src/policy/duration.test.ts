import { describe, expect, it } from 'vitest';
import { parseDurationMs } from './duration.ts';
import { isSick, ThresholdText } from './threshold.ts';

describe('parseDurationMs', () => {
  it.each([
    ['500ms', 500],
    ['3s', 3_000],
    ['2m', 120_000],
    ['1h30m', 5_400_000],
    ['1d', 86_400_000],
  ])('reads %s', (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms);
  });

  it.each(['', '5', '0s', '-5s', '1.5s', '5 s', 's', '1w', '5sm', '99999999999999999d'])('refuses %j', (text) => {
    expect(parseDurationMs(text)).toBeUndefined();
  });
});

describe('a threshold', () => {
  it.each([
    ['> 0.5', 0.5, false],
    ['>= 0.5', 0.5, true],
    ['< 1', 0.9, true],
    ['<=-1', -1, true],
    ['> 1e3', 1001, true],
  ])('%s with %d: sick is %s', (text, value, sick) => {
    expect(isSick(ThresholdText.parse(text), value)).toBe(sick);
  });

  it('is never passed by NaN', () => {
    for (const text of ['> 0', '< 0', '>= 0', '<= 0'])
      expect(isSick(ThresholdText.parse(text), Number.NaN)).toBe(false);
  });
});
