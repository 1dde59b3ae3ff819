import { describe, expect, it } from 'vitest';
import { lost, passedOne, plus, summary, tallyRuns, tallyVitest } from './tally.ts';

const test = (status: string, fullName: string, note?: string) => ({ status, fullName, meta: note ? { note } : {} });
const file = (status: string, ...assertionResults: object[]) => ({ name: 'a.test.ts', status, assertionResults });
const results = (...testResults: object[]): string => JSON.stringify({ testResults });
const run = (name: string, exitCode: number, skippedBecause: string | null = null): string =>
  JSON.stringify({ skippedBecause, exitCode, evidence: { scenario: { name } } });

describe('counting a Vitest project', () => {
  it('counts tests and keeps why some were skipped', () => {
    const text = results(file('failed', test('passed', 'a'), test('failed', 'b'), test('skipped', 'c', 'no netem')));
    expect(tallyVitest('unit', text, 1)).toEqual({ passed: 1, failed: ['unit: b'], skipped: ['unit: c: no netem'] });
  });

  it.each([
    ['no results', null, 0, 'e2e: left no results'],
    ['half-written results', '{"testResults": [', 0, 'e2e: left results that cannot be read'],
    ['results of another shape', '{}', 0, 'e2e: left results that cannot be read'],
    ['no test at all', results(), 0, 'e2e: no test ran'],
    [
      'a file that cannot be loaded',
      results(file('passed', test('passed', 'a')), file('failed')),
      1,
      'e2e: a.test.ts cannot be loaded',
    ],
    [
      'an exit code that nothing explains',
      results(file('passed', test('passed', 'a'))),
      1,
      'e2e: ended with exit code 1 for a reason that no test tells',
    ],
  ])('never calls it fine with %s', (_what, text, exitCode, failure) => {
    expect(tallyVitest('e2e', text, exitCode).failed).toEqual([failure]);
  });
});

describe('counting scenarios', () => {
  it('counts by the exit code of each record', () => {
    expect(tallyRuns([run('a', 0), run('b', 1), run('c', 3, 'needs 5 nodes')], 1)).toEqual({
      passed: 1,
      failed: ['scenario: b (exit code 1)'],
      skipped: ['scenario: c: needs 5 nodes'],
    });
  });

  it.each([
    ['no record', [], 0],
    ['a record that cannot be read', ['{'], 0],
    ['an exit code that no record explains', [run('a', 0)], 3],
  ])('never calls it fine with %s', (_what, texts, exitCode) => {
    expect(tallyRuns(texts, exitCode).failed).toHaveLength(1);
  });
});

it('ends with one plain line, reasons before it', () => {
  const tally = plus(passedOne(), passedOne(), lost('check'), {
    passed: 0,
    failed: [],
    skipped: ['unit: c: no netem'],
  });
  expect(summary(tally)).toBe('skipped  unit: c: no netem\nfailed   check\n2 passed, 1 failed, 1 skipped');
});
