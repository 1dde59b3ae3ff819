import { z } from 'zod';
import { cel, MOST } from './bounds.ts';
import { Duration } from './duration.ts';
import { DEFAULT_LADDERS, type LadderStep, type PodCondition, Steps } from './ladder.ts';
import { ThresholdText } from './threshold.ts';

const QUERY_LENGTH = 4_096;
const LabelName = z
  .string()
  .max(253)
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'expected a label name');
const ReplicaIs = z.enum(['podIP', 'podName']).describe('What the value of that label is');

function ladderOf(type: PodCondition, steps: readonly LadderStep[] | undefined): readonly LadderStep[] {
  return steps ?? DEFAULT_LADDERS[type];
}

const SLOViolation = z
  .strictObject({
    type: z.literal('SLOViolation'),
    query: z
      .string()
      .trim()
      .min(1)
      .max(QUERY_LENGTH)
      .describe('PromQL; a vector with one sample per replica, sick or well'),
    threshold: ThresholdText.describe('A replica whose sample is on this side is sick'),
    replicaLabel: LabelName.describe('Label that names the replica'),
    replicaIs: ReplicaIs,
    for: Duration.describe('How long it must last without a break'),
    grace: Duration.optional().describe('Time after a pod became Ready in which it does not count, 10s by default'),
    steps: Steps,
  })
  .transform(({ for: forMs, grace: graceMs = 10_000, steps, ...rest }) => ({
    ...rest,
    forMs,
    graceMs,
    steps: ladderOf(rest.type, steps),
  }));

const SLOAlert = z
  .strictObject({
    type: z.literal('SLOAlert'),
    alert: z.string().min(1).max(200).describe('Name of the alert, as its label alertname has it'),
    replicaLabel: LabelName.describe('Label that names the replica'),
    replicaIs: ReplicaIs,
    grace: Duration.optional().describe('Time after a pod became Ready in which it does not count, 10s by default'),
    steps: Steps,
  })
  .transform(({ grace: graceMs = 10_000, steps, ...rest }) => ({
    ...rest,
    graceMs,
    steps: ladderOf(rest.type, steps),
  }));

const NotReady = z
  .strictObject({
    type: z.literal('NotReady'),
    for: Duration.describe('How long it must last without a break'),
    startup: Duration.optional().describe('How long a pod may take to become Ready for the first time, 5m by default'),
    steps: Steps,
  })
  .transform(({ type, for: forMs, startup: startupMs = 300_000, steps }) => ({
    type,
    forMs,
    startupMs,
    steps: ladderOf(type, steps),
  }));

const Restarts = z.number().int().min(1).max(1_000).describe('Ends of one container from which on a loop counts');

const CrashLoop = z
  .strictObject({ type: z.literal('CrashLoop'), restarts: Restarts, steps: Steps })
  .transform(({ steps, ...rest }) => ({ ...rest, steps: ladderOf(rest.type, steps) }));

const OOMLoop = z
  .strictObject({ type: z.literal('OOMLoop'), restarts: Restarts, steps: Steps })
  .transform(({ steps, ...rest }) => ({ ...rest, steps: ladderOf(rest.type, steps) }));

/** Conditions that say only how long something may last. */
const Lasting = z
  .strictObject({
    type: z.enum(['ImagePullFailure', 'StuckPending', 'StuckCreating', 'StuckTerminating', 'FailedPod']),
    for: Duration.describe('How long it must last without a break'),
    steps: Steps,
  })
  .transform(({ type, for: forMs, steps }) => ({ type, forMs, steps: ladderOf(type, steps) }));

/** One thing that a policy wants to be looked for. */
const ConditionSchema = z.discriminatedUnion('type', [SLOViolation, SLOAlert, NotReady, CrashLoop, OOMLoop, Lasting]);

const ONCE = 'each type of condition may be named once';

export const Conditions = z
  .array(ConditionSchema)
  .min(1)
  .max(MOST.conditions)
  .refine((list) => new Set(list.map(({ type }) => type)).size === list.length, ONCE)
  .meta(cel({ rule: 'self.all(one, self.exists_one(other, other.type == one.type))', message: ONCE }));

export type Condition = Readonly<z.output<typeof ConditionSchema>>;
export type SLOViolationCondition = Extract<Condition, { type: 'SLOViolation' }>;
export type SLOAlertCondition = Extract<Condition, { type: 'SLOAlert' }>;
export type NotReadyCondition = Extract<Condition, { type: 'NotReady' }>;
export type CrashLoopCondition = Extract<Condition, { type: 'CrashLoop' }>;
export type OOMLoopCondition = Extract<Condition, { type: 'OOMLoop' }>;
export type LastingCondition = Exclude<
  Extract<Condition, { forMs: number }>,
  SLOViolationCondition | NotReadyCondition
>;
