import { describe, expect, it } from 'vitest';
import {
  cannedFail,
  cannedInconclusive,
  cannedPass,
  cannedRun,
  cannedSkip,
  ORIGIN_MS,
} from '../../../test/fixtures/canned-run.ts';
import type { RunRecord } from '../../experiment/run-record/run-record.ts';
import { summaryOf } from '../../experiment/run-record/run-summary.ts';
import type { RunEvent } from '../../ports/reporter.ts';
import { ConsoleReporter } from './console-reporter.ts';

const where = { dir: 'reports/runs/20261120-120000-7f3a1', head: 'f'.repeat(64) };
const started: RunEvent = {
  type: 'run-started',
  atMs: ORIGIN_MS,
  runId: '20261120-120000-7f3a1',
  scenario: 'wedged-replica-is-replaced',
  title: 'A replica cut off from its callers is replaced',
  seed: 7,
};

function stage(live = false, colour = false) {
  let text = '';
  let nowMs = ORIGIN_MS;
  const reporter = new ConsoleReporter({
    write: (part) => {
      text += part;
    },
    colour,
    live,
    columns: 40,
    now: () => nowMs,
  });
  return {
    reporter,
    text: () => text,
    at: (ms: number) => {
      nowMs = ORIGIN_MS + ms;
    },
  };
}

function printed(record: RunRecord): string {
  const { reporter, text } = stage();
  reporter.onResult(record, where);
  return text();
}

describe('console', () => {
  it('says every step with its time, once, where nobody can see it live', () => {
    const { reporter, text } = stage();
    reporter.onEvent(started);
    reporter.onEvent({ type: 'step-started', atMs: ORIGIN_MS, step: 'gate' });
    reporter.onEvent({ type: 'fact', atMs: ORIGIN_MS, what: 'sample', data: { secret: 1 } });
    reporter.onEvent({ type: 'note', atMs: ORIGIN_MS + 3, message: '2 probes in tolerance' });
    reporter.onEvent({ type: 'step-ended', atMs: ORIGIN_MS + 10_250, step: 'gate', outcome: 'ok' });
    reporter.onEvent({ type: 'step-started', atMs: ORIGIN_MS + 10_250, step: 'inject' });
    reporter.onEvent({
      type: 'step-ended',
      atMs: ORIGIN_MS + 11_250,
      step: 'inject',
      outcome: 'failed',
      message: 'refused',
    });
    expect(text()).toBe(
      [
        'A replica cut off from its callers is replaced  wedged-replica-is-replaced · run 20261120-120000-7f3a1 · seed 7',
        '      2 probes in tolerance',
        '  ✔ gate        10.3 s',
        '  ✘ inject       1.0 s  refused',
        '',
      ].join('\n'),
    );
  });

  it('shows the running step on a terminal and cuts it to the width', () => {
    const { reporter, text, at } = stage(true);
    at(1_500);
    reporter.onEvent({
      type: 'step-started',
      atMs: ORIGIN_MS,
      step: 'gate',
      message: 'a long story about what is waited for',
    });
    const last = text().split('\r\u001b[2K').at(-1) ?? '';
    expect(last).toMatch(/^ {2}… gate +1\.5 s {2}a long/);
    expect(last.length).toBeLessThan(40);
    reporter[Symbol.dispose]();
  });

  it('prints a pass with its phases', () => {
    expect(printed(cannedPass)).toBe(
      [
        '  PASS  Recovered by the healer in 13.4–21.0 s of 60 s allowed.',
        '    detect   11.6–12.2 s   of 25 s    met',
        '    decide   0.05 s',
        '    act      0.33–0.35 s   of 5 s     met',
        '    restore  1.4–8.4 s     of 30 s    met',
        '    healed by healer (audit-log)',
        '    evidence reports/runs/20261120-120000-7f3a1',
        `    sha256   ${'f'.repeat(64)}`,
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['fail', cannedFail, /FAIL {2}The claim is refuted: RECOVERY_EXCEEDED\. Recovered in 61\.0–68\.0 s of 60 s\./],
    ['inconclusive', cannedInconclusive, /INCONCLUSIVE {2}Could not find out: FAULT_NOT_PROVEN\.\n.*no witness/],
    ['skip', cannedSkip, /SKIPPED {2}needs 5 nodes/],
    [
      'leak',
      { ...cannedPass, leaks: [{ what: 'NetworkChaos', detail: 'shop/x' }] },
      /LEAK.*\n {4}still there {2}NetworkChaos: shop\/x/,
    ],
  ])('prints a %s with the reason', (_name, record, words) => {
    expect(printed(record)).toMatch(words);
  });

  it('prints alerts and messages that were as claimed', () => {
    const signals = [{ what: 'alert A fires', code: null, detail: 'alert A fired in time' }];
    expect(printed(cannedRun({ signals }))).toContain('    ✔ alert A fired in time\n');
  });

  it('colours only when asked to', () => {
    const colourStart = '\u001b[';
    expect(printed(cannedPass)).not.toContain(colourStart);
    const { reporter, text } = stage(false, true);
    reporter.onResult(cannedPass, where);
    expect(text()).toContain(colourStart);
  });

  it('shows all runs of a suite at one glance, and nothing more of a single one', () => {
    const runs = [cannedPass, cannedFail, cannedSkip].map((record) => summaryOf(record));
    const { reporter, text } = stage();
    reporter.onSuite(runs.slice(0, 1));
    expect(text()).toBe('');
    reporter.onSuite(runs);
    const lines = text().split('\n');
    expect(lines.slice(1, 4).map((line) => line.trim().split(/ {2,}/)[0])).toEqual(['PASS', 'FAIL', 'SKIPPED']);
    for (const [index, run] of runs.entries()) expect(lines[index + 1]).toContain(run.sentence);
    expect(lines[4]).toMatch(/^3 runs: 1 pass, 1 fail, 1 skipped in [\dms]+$/);
  });
});
