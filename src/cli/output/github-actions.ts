import { appendFileSync } from 'node:fs';
import { issueAnnotations, runAnnotations } from '../../adapters/github/annotations.ts';
import { stepSummary } from '../../adapters/github/step-summary.ts';
import type { Issue } from '../../errors.ts';
import type { SuiteResult } from '../../suite/run-suite.ts';
import type { ReportedRun } from './run-report.ts';

/** Marks problems in the files where they are. Nothing happens outside a workflow; stdout is left to the result. */
export function annotateIssues(issues: readonly Issue[], env: NodeJS.ProcessEnv = process.env): void {
  if (env.GITHUB_ACTIONS === 'true') process.stderr.write(issueAnnotations(issues));
}

/** Tells a workflow how its runs ended: marks on the scenarios' files, a table on the page of the step. */
export function tellWorkflow(
  runs: readonly ReportedRun[],
  { problems, repetitions }: Pick<SuiteResult, 'problems' | 'repetitions'>,
  env: NodeJS.ProcessEnv = process.env,
): void {
  if (env.GITHUB_ACTIONS === 'true') process.stderr.write(runAnnotations(runs));
  const { GITHUB_STEP_SUMMARY: summaryFile = '' } = env;
  if (summaryFile === '') return;
  const heads = new Map(runs.map(({ runId, head }) => [runId, head]));
  appendFileSync(summaryFile, stepSummary(runs, heads, problems, repetitions));
}
