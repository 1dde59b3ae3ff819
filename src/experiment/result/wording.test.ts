import { describe, expect, it } from 'vitest';
import { formatSpan, metSignals, phaseWords } from './wording.ts';

describe('words for times', () => {
  it.each([
    [{ lowerMs: 18_240, upperMs: 20_090 }, '18.2–20.1 s'],
    [{ lowerMs: 400, upperMs: 430 }, '0.40–0.43 s'],
    [{ lowerMs: 50, upperMs: 50 }, '0.05 s'],
    [{ lowerMs: 99_000, upperMs: 120_400 }, '99–120 s'],
  ])('%j', (span, words) => {
    expect(formatSpan(span)).toBe(words);
  });

  it('never shows an unknown phase as a number', () => {
    const unknown = { phase: 'act', took: null, resolutionMs: 1, budgetMs: 5_000, outcome: 'unknown' } as const;
    expect(phaseWords([unknown])).toEqual([
      { phase: 'act', took: 'not seen', budget: 'of 5 s', outcome: 'cannot be told' },
    ]);
  });
});

it('tells of alerts and messages only what holds', () => {
  const held = { what: 'alert A fires', code: null, detail: 'alert A fired' } as const;
  const refuted = { what: 'alert B is silent', code: 'ALERT_FIRED', detail: 'alert B fired' } as const;
  expect(metSignals({ signals: [held, refuted] })).toEqual(['alert A fired']);
  expect(metSignals(null)).toEqual([]);
});
