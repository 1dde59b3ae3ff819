import { describe, expect, it } from 'vitest';
import { cannedFail, cannedInconclusive, cannedPass, cannedSkip } from '../../../test/fixtures/canned-run.ts';
import type { RunRecord } from '../../experiment/run-record/run-record.ts';
import { summaryOf } from '../../experiment/run-record/run-summary.ts';
import { historiesOf, historyText, sparkline } from './history-report.ts';

const runs = [cannedPass, cannedFail, cannedInconclusive, cannedSkip].map((record, index) =>
  summaryOf({ ...record, runId: `run-${index}` }),
);
const control: RunRecord = { ...cannedFail, evidence: { ...cannedFail.evidence, healer: 'off' } };

describe('the history of a scenario', () => {
  it('is a table of its runs and the trend of what they measured', () => {
    const [history] = historiesOf(runs, 20);
    expect(history === undefined ? '' : historyText(history)).toBe(
      [
        'wedged-replica-is-replaced',
        '  run    outcome       recovery     detect       decide  act          restore',
        '  run-0  pass          13.4–21.0 s  11.6–12.2 s  0.05 s  0.33–0.35 s  1.4–8.4 s',
        '  run-1  fail          61.0–68.0 s  11.6–12.2 s  0.05 s  0.33–0.35 s  1.4–8.4 s',
        '  run-2  inconclusive  –            –            –       –            –',
        '  run-3  skipped       –            –            –       –            –',
        '',
        '            n  p50     p95     oldest to newest',
        '  recovery  2  21.0 s  68.0 s  ▃█',
        '  detect    2  12.2 s  12.2 s  ██',
        '  decide    2  0.05 s  0.05 s  ██',
        '  act       2  0.35 s  0.35 s  ██',
        '  restore   2  8.4 s   8.4 s   ██',
        '',
      ].join('\n'),
    );
  });

  it('keeps runs with another value of a parameter apart, and tells which of several a run was', () => {
    const withWindow = (window: string, index: number): RunRecord => ({
      ...cannedPass,
      runId: `run-${index}`,
      repetition: { index, planned: 2 },
      evidence: { ...cannedPass.evidence, scenario: { ...cannedPass.evidence.scenario, params: { window } } },
    });
    const summaries = [withWindow('5s', 1), withWindow('5s', 2), withWindow('10s', 1)].map(summaryOf);
    const texts = historiesOf(summaries, 20).map(historyText);
    expect(texts).toHaveLength(2);
    expect(texts[0]).toMatch(
      /^wedged-replica-is-replaced {2}window=5s\n.*\n {2}run-1 \(1 of 2\).*\n {2}run-2 \(2 of 2\)/,
    );
    expect(texts[1]).toMatch(/window=10s/);
  });

  it('keeps controls apart, and takes the newest only', () => {
    const histories = historiesOf([...runs, summaryOf(control)], 3);
    expect(histories.map(({ healer, runs: kept }) => [healer, kept.length])).toEqual([
      ['on', 3],
      ['off', 1],
    ]);
    expect(histories[0]?.runs[0]?.runId).toBe('run-1');
  });
});

it.each([
  [[], ''],
  [[0, 0], '▁▁'],
  [[1, 100], '▁█'],
])('a sparkline of %j is %s', (values, expected) => {
  expect(sparkline(values)).toBe(expected);
});
