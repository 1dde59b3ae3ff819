import { createHash } from 'node:crypto';
import type { Label, Parameter, Status } from 'allure-js-commons';
import type { RuntimeMessage } from 'allure-js-commons/sdk';
import { outcomeOf } from '../../experiment/result/exit-code.ts';
import type { RunRecord, StepTime, Turn } from '../../experiment/run-record/run-record.ts';
import { faultWords } from '../../scenario/faults/fault-words.ts';
import type { Scenario } from '../../scenario/model/scenario.ts';
import { attachmentMessages } from './attachments.ts';
import { describe, type Picture } from './description.ts';
import type { ShownFolder } from './shown-folder.ts';
import { OUTCOME_LABEL } from './status.ts';

const STEP_STATUSES: Readonly<Record<StepTime['outcome'], `${Status}`>> = {
  ok: 'passed',
  failed: 'broken',
  skipped: 'skipped',
};

/** Everything Allure is told about one run; status aside, this is the whole result. */
export function allureMessages(record: RunRecord, folder: ShownFolder): RuntimeMessage[] {
  return [
    metadataOf(record, folder.pictures),
    ...record.steps.flatMap((step) => stepMessages(step, record)),
    ...attachmentMessages(folder),
  ];
}

function metadataOf(record: RunRecord, pictures: readonly Picture[]): RuntimeMessage {
  const { scenario, healer } = record.evidence;
  const turn = record.repetition;
  const control = healer === 'off' ? `${scenario.name} without healer` : scenario.name;
  // The first of several runs continues the trend; without an identity of their own the others would pass for retries.
  const variant = turn === undefined || turn.index === 1 ? control : `${control} run ${turn.index}`;
  return {
    type: 'metadata',
    data: {
      displayName: `${scenario.title}${healer === 'off' ? ' (healer off)' : ''}${turn === undefined ? '' : turnText(turn)}`,
      descriptionHtml: describe(record, pictures),
      testCaseId: md5(scenario.name),
      // A file that is moved, and a run with another seed, continue the same trend; a control has its own.
      historyId: md5(variant),
      labels: labelsOf(record),
      parameters: parametersOf(record),
    },
  };
}

/** What is put behind a title. */
export function turnText({ index, planned }: Turn): string {
  return ` (run ${index} of ${planned})`;
}

function labelsOf(record: RunRecord): Label[] {
  return [...scenarioLabels(record.evidence.scenario), { name: OUTCOME_LABEL, value: outcomeOf(record) }];
}

/** By which results of one scenario are found and grouped. */
export function scenarioLabels(scenario: Scenario): Label[] {
  return [
    { name: 'epic', value: scenario.workload ?? 'cluster' },
    { name: 'feature', value: faultWords(scenario.fault) },
    { name: 'story', value: scenario.name },
    { name: 'severity', value: scenario.severity },
    ...(scenario.owner === null ? [] : [{ name: 'owner', value: scenario.owner }]),
    ...scenario.tags.map((value) => ({ name: 'tag', value })),
  ];
}

function parametersOf(record: RunRecord): Parameter[] {
  const { evidence, runId, seed, environment, repetition: turn } = record;
  return [
    { name: 'healer', value: evidence.healer },
    // Allure takes results of one test with the same parameters for retries and shows only the newest.
    ...(turn === undefined || turn.index === 1 ? [] : [{ name: 'turn', value: String(turn.index) }]),
    { name: 'run', value: runId, excluded: true },
    { name: 'seed', value: String(seed), excluded: true },
    ...(environment === null ? [] : [{ name: 'kubernetes', value: environment.kubernetesVersion, excluded: true }]),
  ];
}

function stepMessages(step: StepTime, record: RunRecord): RuntimeMessage[] {
  const { failure } = record.evidence;
  const message = failure?.step === step.step ? failure.message : null;
  return [
    { type: 'step_start', data: { name: step.step, start: step.startedAtMs } },
    {
      type: 'step_stop',
      data: {
        stop: step.endedAtMs,
        status: STEP_STATUSES[step.outcome] as Status,
        ...(message === null ? {} : { statusDetails: { message } }),
      },
    },
  ];
}

export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
