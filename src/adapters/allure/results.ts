import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FixtureResult, TestResult, TestResultContainer } from 'allure-js-commons';
import type { RuntimeMessage } from 'allure-js-commons/sdk';
import { createDefaultWriter, type LifecycleListener, ReporterRuntime } from 'allure-js-commons/sdk/reporter';
import { outcomeOf } from '../../experiment/result/exit-code.ts';
import type { RunRecord } from '../../experiment/run-record/run-record.ts';
import { allureMessages, type ShownFolder } from './messages.ts';
import { allureStatus, isOutcome, OUTCOME_LABEL } from './status.ts';

const CLEAN_UP = 'clean up';

/**
 * Finishes a result as it is written: its status is the run's own outcome (Allure would guess it from the words of an
 * error), its times are those of the steps, and the clean-up becomes a tear-down.
 */
export function resultListener(resultsDir: string): LifecycleListener {
  return {
    beforeTestResultWrite: (result) => {
      const outcome = result.labels.find((label) => label.name === OUTCOME_LABEL)?.value;
      if (outcome === undefined || !isOutcome(outcome)) return;
      result.status = allureStatus(outcome);
      result.labels = result.labels.filter((label) => label.name !== OUTCOME_LABEL);
      spanSteps(result);
      moveCleanUp(result, resultsDir);
    },
  };
}

function spanSteps(result: TestResult): void {
  const starts = result.steps.flatMap(({ start }) => start ?? []);
  const stops = result.steps.flatMap(({ stop }) => stop ?? []);
  if (starts.length === 0 || stops.length === 0) return;
  result.start = Math.min(...starts);
  result.stop = Math.max(...stops);
}

function moveCleanUp(result: TestResult, resultsDir: string): void {
  const afters: FixtureResult[] = result.steps.filter((step) => step.name === CLEAN_UP);
  if (afters.length === 0) return;
  result.steps = result.steps.filter((step) => step.name !== CLEAN_UP);
  const container: TestResultContainer = {
    uuid: randomUUID(),
    name: result.name ?? '',
    children: [result.uuid],
    befores: [],
    afters,
  };
  writeFileSync(join(resultsDir, `${container.uuid}-container.json`), JSON.stringify(container));
}

/** The recovery time as a measurement that Allure draws a trend of. Nothing where there is no recovery time. */
export function writeMeasurement(resultsDir: string, record: RunRecord): void {
  const { recovery } = record.judgement ?? { recovery: null };
  if (recovery === null || record.evidence.healer === 'off') return;
  const metric = {
    id: record.runId,
    key: metricKey(record.evidence.scenario.name),
    value: recovery.upperMs / 1000,
    start: record.startedAtMs,
    stop: record.endedAtMs,
  };
  writeFileSync(join(resultsDir, `${record.runId}-perf.json`), JSON.stringify([metric]));
}

function metricKey(scenarioName: string): string {
  return `${scenarioName}.recovery`;
}

/** Takes away the results of tests that were cut off: they have no status, and the run is told from its journal instead. */
export function dropEmptyResults(resultsDir: string): void {
  for (const file of readdirSync(resultsDir).filter((name) => name.endsWith('-result.json'))) {
    const { status } = JSON.parse(readFileSync(join(resultsDir, file), 'utf8')) as Partial<TestResult>;
    if (status === undefined) rmSync(join(resultsDir, file));
  }
}

/** Marks a test for which no run was needed any more. */
export const NOT_NEEDED: RuntimeMessage = {
  type: 'metadata',
  data: { labels: [{ name: 'healproof.not-needed', value: 'true' }] },
};

/** Takes away the results of tests that no run was needed for. */
export function dropNotNeeded(resultsDir: string): void {
  for (const file of readdirSync(resultsDir).filter((name) => name.endsWith('-result.json'))) {
    const result = JSON.parse(readFileSync(join(resultsDir, file), 'utf8')) as Partial<TestResult>;
    if (result.labels?.some(({ name }) => name === 'healproof.not-needed') === true) rmSync(join(resultsDir, file));
  }
}

/** Writes the result of a run that Vitest could not report, since the process that ran it is gone. */
export function writeLostResult(resultsDir: string, record: RunRecord, folder: ShownFolder): void {
  const runtime = new ReporterRuntime({
    writer: createDefaultWriter({ resultsDir }),
    listeners: [resultListener(resultsDir)],
  });
  const { scenario } = record.evidence;
  const uuid = runtime.startTest({ name: scenario.title, fullName: scenario.name, start: record.startedAtMs });
  runtime.applyRuntimeMessages(uuid, allureMessages(record, folder));
  runtime.updateTest(uuid, (result) => {
    result.status = allureStatus(outcomeOf(record));
    result.statusDetails = { message: record.judgement?.reasons[0]?.message ?? 'The run left no verdict.' };
  });
  runtime.stopTest(uuid, { stop: record.endedAtMs });
  runtime.writeTest(uuid);
}
