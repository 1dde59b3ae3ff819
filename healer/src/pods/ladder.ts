import type { ActionType, ConditionType } from '../names.ts';
import type { LadderAction, LadderStep } from '../policy/ladder.ts';
import type { PastAction } from '../remediations/action-history.ts';
import type { Cause } from './condition/cause.ts';

/** A new replica of a bad revision is as bad; an old revision does not help against anything but the new one. */
const FUTILE: Readonly<Record<Cause, readonly LadderAction[]>> = {
  Revision: ['EvictPod', 'RestartRollout'],
  Replica: ['RollbackRelease', 'RollbackWorkload'],
  Resources: ['RollbackRelease', 'RollbackWorkload'],
  Outside: ['RollbackRelease', 'RollbackWorkload'],
};

export interface LadderState {
  readonly condition: ConditionType;
  readonly cause: Cause;
  /** Actions that did not help the workload, see `failuresOf`. */
  readonly failures: readonly PastAction[];
  /** Actions that turned out to be impossible here, and why. */
  readonly inapplicable: ReadonlyMap<ActionType, string>;
}

export interface NextStep {
  readonly step: LadderStep;
  /** Why nothing is left to try; `step` is the last one then. */
  readonly exhausted: string | undefined;
}

/** The mildest step that is not used up and can treat the cause. Pure. */
export function nextStep(ladder: readonly LadderStep[], state: LadderState): NextStep {
  const reasons = ladder.map((step) => ({ step, against: whyNot(step, state) }));
  const free = reasons.find(({ against }) => against === undefined);
  if (free !== undefined) return { step: free.step, exhausted: undefined };
  const last = ladder.at(-1);
  if (last === undefined) throw new Error('a condition has a ladder without steps');
  return { step: last, exhausted: reasons.map(({ step, against }) => `${step.action} ${against}`).join(', ') };
}

function whyNot({ action, attempts }: LadderStep, state: LadderState): string | undefined {
  const { condition, cause, failures, inapplicable } = state;
  if (FUTILE[cause].includes(action)) return `cannot treat a fault of class ${cause}`;
  const impossible = inapplicable.get(action);
  if (impossible !== undefined) return `is not possible: ${impossible}`;
  const tried = failures.filter((entry) => entry.condition === condition && entry.action === action).length;
  return tried >= attempts ? `did not help ${tried} times` : undefined;
}
