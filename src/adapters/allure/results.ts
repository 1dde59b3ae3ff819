import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type FixtureResult, type Label, Stage, Status, type TestResult } from 'allure-js-commons';
import {
  createDefaultWriter,
  getEnvironmentLabels,
  getFrameworkLabel,
  getHostLabel,
  getLanguageLabel,
  getPackageLabel,
  getThreadLabel,
  ReporterRuntime,
} from 'allure-js-commons/sdk/reporter';
import { outcomeOf } from '../../experiment/result/exit-code.ts';
import type { RunRecord } from '../../experiment/run-record/run-record.ts';
import { outcomeMessage } from '../../ports/outcome-message.ts';
import type { UnmadeRun } from '../../ports/result-writer.ts';
import type { Scenario } from '../../scenario/model/scenario.ts';
import { allureMessages, scenarioLabels } from './messages.ts';
import type { ShownFolder } from './shown-folder.ts';
import { allureStatus, OUTCOME_LABEL } from './status.ts';

const CLEAN_UP = 'clean up';

/** Writes the result of a run: as a test of its scenario's file, with the words of its verdict. */
export function writeResult(resultsDir: string, record: RunRecord, folder: ShownFolder): void {
  const { scenario } = record.evidence;
  const outcome = outcomeOf(record);
  write(resultsDir, record, folder, (result) => {
    placeIn(result, scenario);
    result.stage = outcome === 'skipped' ? Stage.PENDING : Stage.FINISHED;
    if (outcome === 'pass' || outcome === 'skipped') return;
    const message = outcomeMessage(record);
    result.statusDetails = { message, trace: `${outcome === 'fail' ? 'AssertionError' : 'Undecided'}: ${message}` };
  });
}

/** Writes the result of a run whose process is gone. */
export function writeLostResult(resultsDir: string, record: RunRecord, folder: ShownFolder): void {
  write(resultsDir, record, folder, (result) => {
    result.statusDetails = { message: record.judgement?.reasons[0]?.message ?? 'The run left no verdict.' };
  });
}

/** Writes that a run was not made: skipped where it was never begun, broken where that is an error. */
export function writeUnmadeResult(resultsDir: string, { scenario, name, error }: UnmadeRun): void {
  const runtime = runtimeIn(resultsDir);
  const uuid = runtime.startTest({ name, start: Date.now() });
  runtime.updateTest(uuid, (result) => {
    placeIn(result, scenario);
    result.labels.push(...scenarioLabels(scenario));
    result.status = error === null ? Status.SKIPPED : Status.BROKEN;
    result.stage = error === null ? Stage.PENDING : Stage.FINISHED;
    if (error !== null) result.statusDetails = error;
  });
  runtime.stopTest(uuid, { stop: Date.now() });
  runtime.writeTest(uuid);
}

function write(resultsDir: string, record: RunRecord, folder: ShownFolder, finish: (result: TestResult) => void): void {
  const runtime = runtimeIn(resultsDir);
  const { scenario } = record.evidence;
  const uuid = runtime.startTest({ name: scenario.title || scenario.name, fullName: scenario.name });
  runtime.applyRuntimeMessages(uuid, allureMessages(record, folder));
  runtime.updateTest(uuid, (result) => {
    result.status = allureStatus(outcomeOf(record));
    result.labels = result.labels.filter((label) => label.name !== OUTCOME_LABEL);
    finish(result);
  });
  runtime.stopTest(uuid, {});
  runtime.updateTest(uuid, (result) => {
    [result.start, result.stop] = spanOf(record);
    moveCleanUp(result, resultsDir);
  });
  runtime.writeTest(uuid);
}

function runtimeIn(resultsDir: string): ReporterRuntime {
  return new ReporterRuntime({ writer: createDefaultWriter({ resultsDir }) });
}

/** By what a test of any program is found. Its framework is healproof: no other was there. */
function placeIn(result: TestResult, { file }: Scenario): void {
  result.fullName = `${file}#${result.name}`;
  result.titlePath = file.split('/');
  result.labels.unshift(...placeLabels(file));
}

function placeLabels(file: string): Label[] {
  return [
    getFrameworkLabel('healproof'),
    getLanguageLabel(),
    ...getEnvironmentLabels(),
    getHostLabel(),
    getThreadLabel(),
    getPackageLabel(resolve(file)),
  ];
}

/** The times of the steps: of the experiment, not of what was written about it afterwards. */
function spanOf({ steps, startedAtMs, endedAtMs }: RunRecord): [number, number] {
  if (steps.length === 0) return [startedAtMs, endedAtMs];
  return [Math.min(...steps.map((step) => step.startedAtMs)), Math.max(...steps.map((step) => step.endedAtMs))];
}

function moveCleanUp(result: TestResult, resultsDir: string): void {
  const afters: FixtureResult[] = result.steps.filter((step) => step.name === CLEAN_UP);
  if (afters.length === 0) return;
  result.steps = result.steps.filter((step) => step.name !== CLEAN_UP);
  const container = {
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
