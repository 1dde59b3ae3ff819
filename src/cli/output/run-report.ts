import { type RunSummary, summaryOf } from '../../experiment/run-record/run-summary.ts';
import type { SuiteResult } from '../../suite/run-suite.ts';
import { jsonText } from './json.ts';

export type ReportedRun = RunSummary & { readonly dir: string; readonly head: string };

export function reportedRuns({ runs }: Pick<SuiteResult, 'runs'>): ReportedRun[] {
  return runs.map(({ record, dir, head }) => ({ ...summaryOf(record), dir, head }));
}

/** What `run --format json` prints when all is over. */
export function runReport(result: SuiteResult): string {
  const { exitCode, problems, signal, junitFile, repetitions } = result;
  const runs = reportedRuns(result);
  return jsonText('RunReport', { exitCode, stoppedBy: signal, problems, junitFile, runs, repetitions });
}
