import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FinishedRun, FinishedSuite, ResultWriter } from '../../ports/result-writer.ts';
import { shownFolder } from './shown-folder.ts';

function allureResultsDirOf(outputDir: string): string {
  return join(outputDir, 'allure-results');
}

/** Results of which the HTML report is made. Allure's library is loaded when the first of them is written. */
export const allureWriter: ResultWriter = {
  name: 'Allure',

  async begin(outputDir) {
    const resultsDir = allureResultsDirOf(outputDir);
    await rm(resultsDir, { recursive: true, force: true });
    await mkdir(resultsDir, { recursive: true });
  },

  async writeRun(run, outputDir) {
    const resultsDir = allureResultsDirOf(outputDir);
    const { writeMeasurement, writeResult } = await import('./results.ts');
    writeMeasurement(resultsDir, run.record);
    writeResult(resultsDir, run.record, await shownFolder(run));
  },

  async writeLostRun(run, outputDir) {
    const { writeLostResult } = await import('./results.ts');
    writeLostResult(allureResultsDirOf(outputDir), run.record, await shownFolder(run));
  },

  async writeUnmadeRun(unmade, outputDir) {
    const { writeUnmadeResult } = await import('./results.ts');
    writeUnmadeResult(allureResultsDirOf(outputDir), unmade);
  },

  async writeSuite({ runs, repetitions }, outputDir) {
    for (const repetition of repetitions) await tell(repetition, runs, allureResultsDirOf(outputDir));
  },
};

/** A verdict over several runs stands beside those of the single ones. */
async function tell(
  repetition: FinishedSuite['repetitions'][number],
  all: readonly FinishedRun[],
  resultsDir: string,
): Promise<void> {
  const records = all.map(({ record }) => record).filter(({ runId }) => repetition.runs.includes(runId));
  const [record] = records;
  if (record === undefined) return;
  const { writeRepetition } = await import('./repetition.ts');
  writeRepetition(resultsDir, record.evidence.scenario, repetition, {
    healer: repetition.healer,
    startedAtMs: Math.min(...records.map(({ startedAtMs }) => startedAtMs)),
    endedAtMs: Math.max(...records.map(({ endedAtMs }) => endedAtMs)),
  });
}
