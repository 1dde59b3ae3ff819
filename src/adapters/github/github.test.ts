import { describe, expect, it } from 'vitest';
import { cannedFail, cannedInconclusive, cannedPass, cannedSkip } from '../../../test/fixtures/canned-run.ts';
import type { RepetitionView } from '../../experiment/repetition/repetition-view.ts';
import { summaryOf } from '../../experiment/run-record/run-summary.ts';
import { issueAnnotations, runAnnotations } from './annotations.ts';
import { stepSummary } from './step-summary.ts';

describe('annotations', () => {
  it('mark the place of every problem, with nothing in them that GitHub would read as its own', () => {
    const issue = { file: 'a,b:c.yaml', line: 3, column: 9, path: 'spec.x', message: '100 % wrong\n::set-output' };
    expect(issueAnnotations([issue])).toBe(
      '::error file=a%2Cb%3Ac.yaml,line=3,col=9::spec.x: 100 %25 wrong%0A::set-output\n',
    );
  });

  it('mark runs that did not pass: refuted ones as errors, undecided ones as warnings', () => {
    const lines = runAnnotations([cannedPass, cannedFail, cannedInconclusive, cannedSkip].map(summaryOf)).trim();
    expect(lines.split('\n').map((line) => line.split(' ')[0])).toEqual(['::error', '::warning']);
    expect(lines).toContain('file=scenarios/wedged-replica-is-replaced.yaml,line=1');
    expect(runAnnotations([summaryOf({ ...cannedPass, cleanupErrors: ['still there'] })])).toMatch(/^::error .*still/);
  });
});

describe('the step summary', () => {
  it('is a table with a row for every run, the same number of cells in each', () => {
    const runs = [cannedPass, cannedFail, cannedSkip, { ...cannedPass, leaks: [{ what: 'a|b', detail: 'x\ny' }] }];
    const text = stepSummary(runs.map(summaryOf), new Map([[cannedPass.runId, 'abc']]), ['worker died']);
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    expect(rows).toHaveLength(6);
    expect(new Set(rows.map((row) => row.replaceAll('\\|', '').split('|').length))).toEqual(new Set([10]));
    expect(rows[2]).toContain('| ✅ pass | 13.4–21.0 s | 60 s | 11.6–12.2 s | 0.33–0.35 s | 1.4–8.4 s |');
    expect(text).toContain('`abc`');
    expect(text).toContain('**Problem:** worker died');
  });

  it('says what several runs of a scenario say together', () => {
    const repetition: RepetitionView = {
      scenario: 'wedged',
      title: 'Wedged',
      file: 'wedged.yaml',
      repeat: { kind: 'every-run', runs: 2 },
      runs: ['a', 'b'],
      earlier: [],
      trials: [
        { runId: 'a', isEarlier: false, outcome: 'pass', trial: 'held', reason: null, recoveryUpperMs: 21_000 },
        {
          runId: 'b',
          isEarlier: false,
          outcome: 'fail',
          trial: 'broken',
          reason: 'RECOVERY_EXCEEDED',
          recoveryUpperMs: null,
        },
      ],
      verdict: 'fail',
      reasons: [{ code: 'RUN_FAILED', message: 'b (RECOVERY_EXCEEDED)' }],
      tally: { held: 1, broken: 1, open: 0, uncounted: 0 },
      remarks: [],
    };
    const second = summaryOf({ ...cannedFail, repetition: { index: 2, planned: 2 } });
    const text = stepSummary([second], new Map(), [], [repetition]);
    expect(text).toContain('(run 2 of 2)');
    expect(text).toContain(
      '**wedged**, claimed for each of 2 runs: ❌ fail, n = 2: 1 held, 1 did not, 0 of unknown end<br>RUN_FAILED: b',
    );
    expect(text).toContain('<br>runs: `a`, `b`');
  });
});
