import { describe, expect, it } from 'vitest';
import { exitCodeOf, type Finished, outcomeOf, suiteExitCode } from './exit-code.ts';
import type { Verdict } from './judgement.ts';

const ended = (verdict: Verdict | null, more: Partial<Finished> = {}): Finished => ({
  skippedBecause: null,
  judgement: verdict === null ? null : { verdict, controlHolds: null },
  leaks: [],
  cleanupErrors: [],
  ...more,
});
const leak = { what: 'NetworkChaos', detail: 'still there' };
const pass = ended('pass');
const fail = ended('fail');
const unsure = ended('inconclusive');
const leaky = ended('pass', { leaks: [leak] });
const skipped = ended(null, { skippedBecause: 'needs 5 nodes' });

describe('exit code of a run', () => {
  it.each([
    ['a pass', pass, 0],
    ['a fail', fail, 1],
    ['an inconclusive run', unsure, 3],
    ['a run without a judgement', ended(null), 3],
    ['a pass that leaks', leaky, 4],
    ['a fail that leaks', ended('fail', { leaks: [leak] }), 4],
    ['a pass whose clean-up failed', ended('pass', { cleanupErrors: ['timed out'] }), 4],
    ['a skipped run', skipped, 3],
    ['a skipped run that leaks', ended(null, { skippedBecause: 'x', leaks: [leak] }), 4],
  ])('of %s', (_name, run, code) => {
    expect(exitCodeOf(run)).toBe(code);
  });

  it.each([
    ['that holds', { verdict: 'fail', controlHolds: true }, 0],
    ['that came back without the healer', { verdict: 'pass', controlHolds: false }, 1],
    ['that found nothing out', { verdict: 'inconclusive', controlHolds: false }, 3],
  ] as const)('of a control %s', (_name, judgement, code) => {
    expect(exitCodeOf({ ...fail, judgement, control: 'fail' })).toBe(code);
    expect(exitCodeOf({ ...leaky, judgement, control: 'fail' })).toBe(4);
  });

  it('calls a leak a leak whatever the verdict', () => {
    expect(outcomeOf(leaky)).toBe('leak');
  });
});

describe('exit code of a suite', () => {
  it.each([
    ['all pass', [pass, pass], 0],
    ['a leak before everything', [fail, leaky, unsure], 4],
    ['a fail before an inconclusive run', [unsure, fail, pass], 1],
    ['an inconclusive run before a pass', [pass, unsure], 3],
    ['a skipped run does not count', [pass, skipped], 0],
    ['all skipped is no pass', [skipped, skipped], 3],
    ['nothing matched', [], 2],
  ])('%s', (_name, runs, code) => {
    expect(suiteExitCode({ runs, problems: [], signal: null })).toBe(code);
  });

  it('is never 0 when a scenario left no record', () => {
    expect(suiteExitCode({ runs: [pass], problems: ['no record'], signal: null })).toBe(3);
    expect(suiteExitCode({ runs: [], problems: ['no record'], signal: null })).toBe(3);
    expect(suiteExitCode({ runs: [fail], problems: ['no record'], signal: null })).toBe(1);
  });

  it('names the signal that ended it', () => {
    expect(suiteExitCode({ runs: [pass], problems: [], signal: 'SIGINT' })).toBe(130);
    expect(suiteExitCode({ runs: [leaky], problems: [], signal: 'SIGTERM' })).toBe(143);
  });

  it.each([
    ['single failures under a claim that is proven', 'pass', true, [pass, fail, unsure], 0],
    ['a claim that is refuted', 'fail', true, [pass, pass], 1],
    ['too few runs for a claim', 'inconclusive', true, [pass], 3],
    ['a leak under a claim that is proven', 'pass', true, [pass, leaky], 4],
    ['a failure among runs that must all pass', 'fail', false, [pass, fail], 1],
    ['fewer runs than are wanted', 'inconclusive', false, [pass], 3],
  ] as const)('with %s', (_what, verdict, isStatistical, runs, code) => {
    const repetitions = [{ verdict, isStatistical, runs }];
    expect(suiteExitCode({ runs, problems: [], signal: null, repetitions })).toBe(code);
  });

  it('counts a failure beside a claim', () => {
    const repetitions = [{ verdict: 'pass', isStatistical: true, runs: [pass] } as const];
    expect(suiteExitCode({ runs: [pass, fail], problems: [], signal: null, repetitions })).toBe(1);
  });
});
