import { z } from 'zod';
import type { ActionType, ConditionType } from '../names.ts';
import { MOST } from './bounds.ts';
import { Duration } from './duration.ts';
import type { ReleaseCondition } from './helm-conditions.ts';

/** What can be wrong with a pod; a release has no ladder, as there is one thing to do about it. */
export type PodCondition = Exclude<ConditionType, ReleaseCondition>;

/** What a policy may ask for about a pod, mildest first. */
export const LADDER_ACTIONS = [
  'Notify',
  'DeletePod',
  'EvictPod',
  'RestartRollout',
  'RollbackRelease',
  'RollbackWorkload',
] as const satisfies readonly ActionType[];
export type LadderAction = (typeof LADDER_ACTIONS)[number];

const Step = z
  .strictObject({
    action: z.enum(LADDER_ACTIONS).describe('What is done'),
    attempts: z.number().int().min(1).max(20).optional().describe('How often it may fail to help, 1 by default'),
    within: Duration.optional().describe('Time in which it must have helped; verifyWithin of the limits by default'),
  })
  .transform(({ action, attempts = 1, within }): LadderStep => ({ action, attempts, withinMs: within }));

export const Steps = z
  .array(Step)
  .min(1)
  .max(MOST.steps)
  .optional()
  .describe('Actions in the order in which they are tried');

/** One step of a ladder. */
export interface LadderStep {
  readonly action: LadderAction;
  readonly attempts: number;
  /** Time in which it must have helped, milliseconds; undefined means the policy's own. */
  readonly withinMs: number | undefined;
}

const step = (action: LadderAction, attempts = 1): LadderStep => ({ action, attempts, withinMs: undefined });

/** What is tried for a condition whose policy names no steps: only what is known to be safe for it. */
export const DEFAULT_LADDERS: Readonly<Record<PodCondition, readonly LadderStep[]>> = {
  SLOViolation: [step('EvictPod', 2), step('RestartRollout')],
  SLOAlert: [step('EvictPod', 2), step('RestartRollout')],
  NotReady: [step('EvictPod', 3)],
  CrashLoop: [step('EvictPod', 2), step('RollbackRelease'), step('RollbackWorkload')],
  OOMLoop: [step('EvictPod'), step('RollbackRelease'), step('RollbackWorkload'), step('Notify')],
  ImagePullFailure: [step('RollbackRelease'), step('RollbackWorkload'), step('Notify')],
  StuckPending: [step('Notify')],
  StuckCreating: [step('EvictPod'), step('Notify')],
  StuckTerminating: [step('Notify')],
  FailedPod: [step('DeletePod')],
};
