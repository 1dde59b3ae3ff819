import { describe, expect, it } from 'vitest';
import type { Sample } from '../evidence/evidence.ts';
import { markStale } from './staleness.ts';

const SCRAPE_MS = 1_000;
const sample = (atMs: number): Sample => ({ atMs, value: 1, problem: null });
const selector = (name: string, ...timesMs: number[]) => ({
  selector: name,
  series: [{ labels: {}, points: timesMs.map((atMs) => ({ atMs, value: 1 })) }],
});

describe('a sample is stale', () => {
  it.each([
    ['fresh', [selector('a', 9_000)], null],
    ['exactly three scrapes old', [selector('a', 7_000)], null],
    ['older than three scrapes', [selector('a', 6_999)], 'STALE_DATA'],
    ['of a selector without any point', [selector('a')], 'STALE_DATA'],
    ['of two selectors, one of them silent', [selector('a', 9_900), selector('b', 1_000)], 'STALE_DATA'],
    ['only newer than the sample', [selector('a', 10_001)], 'STALE_DATA'],
  ])('when its newest raw point is %s', (_case, selectors, problem) => {
    expect(markStale([sample(10_000)], selectors, SCRAPE_MS)[0]?.problem).toBe(problem);
  });

  it('keeps the problem that a sample already has', () => {
    const broken: Sample = { atMs: 1, value: null, problem: 'AMBIGUOUS' };
    expect(markStale([broken], [selector('a')], SCRAPE_MS)).toEqual([broken]);
  });
});
