import { describe, expect, it } from 'vitest';
import { PHASES } from '../result/judgement.ts';
import { type ProbeTiming, phaseResolutionMs, probeResolutionMs } from './resolution.ts';

const LAB: ProbeTiming = {
  scrapeIntervalMs: 1_000,
  exporterRefreshMs: 0,
  queryStepMs: 1_000,
  longestRangeMs: 0,
  ruleIntervalMs: 0,
};

describe('probeResolutionMs', () => {
  it.each([
    { what: 'a gauge scraped every second', timing: LAB, ms: 2_000 },
    { what: 'a rate over ten seconds', timing: { ...LAB, longestRangeMs: 10_000 }, ms: 12_000 },
    { what: 'a recorded rate', timing: { ...LAB, longestRangeMs: 10_000, ruleIntervalMs: 1_000 }, ms: 13_000 },
    { what: 'cAdvisor, slower than its scrape', timing: { ...LAB, exporterRefreshMs: 10_000 }, ms: 11_000 },
    {
      what: 'a scrape slower than its exporter',
      timing: { ...LAB, scrapeIntervalMs: 15_000, exporterRefreshMs: 10_000 },
      ms: 16_000,
    },
  ])('adds up for $what', ({ timing, ms }) => {
    expect(probeResolutionMs(timing)).toBe(ms);
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('is infinite where a figure is %s', (bad) => {
    for (const key of Object.keys(LAB))
      expect(probeResolutionMs({ ...LAB, [key]: bad })).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('phaseResolutionMs', () => {
  it('follows from the two ends of each phase', () => {
    const found = PHASES.map((phase) => [phase, phaseResolutionMs(phase, 3_000)]);
    expect(Object.fromEntries(found)).toEqual({ detect: 1_001, decide: 2, act: 2, restore: 3_001 });
    expect(phaseResolutionMs('recovery', 3_000)).toBe(4_000);
  });
});
