import { appendFile } from 'node:fs/promises';
import { summaryOf } from '../../experiment/run-record/run-summary.ts';
import type { ResultWriter } from '../../ports/result-writer.ts';
import { runAnnotations } from './annotations.ts';
import { stepSummary } from './step-summary.ts';

/** Tells a workflow how its runs ended: marks on the scenarios' files, a table on the page of the step. stdout is left to the result. */
export function workflowWriter(env: NodeJS.ProcessEnv): ResultWriter {
  return {
    name: 'GitHub workflow',
    async writeSuite({ runs, problems, repetitions }) {
      const summaries = runs.map(({ record }) => summaryOf(record));
      if (env.GITHUB_ACTIONS === 'true') process.stderr.write(runAnnotations(summaries));
      const { GITHUB_STEP_SUMMARY: summaryFile = '' } = env;
      if (summaryFile === '') return;
      const heads = new Map(runs.map(({ record, head }) => [record.runId, head]));
      await appendFile(summaryFile, stepSummary(summaries, heads, problems, repetitions));
    },
  };
}
