import type { RefusalReason } from '../names.ts';
import type { LadderAction } from '../policy/ladder.ts';
import type { ActionFacts } from './action-facts.ts';

export interface Objection {
  /** A sentence with the numbers it rests on. */
  readonly reason: string;
  /** When it is worth asking again, in milliseconds. */
  readonly retryAfterMs: number;
}

/** One reason not to act, and the facts that it rests on. Unknown is unsafe: a guard that cannot tell objects. */
export interface Guard<Facts = ActionFacts> {
  /** Value of the metric label `reason`. */
  readonly refusal: RefusalReason;
  /** Actions that it does not concern. */
  readonly exempt?: readonly LadderAction[];
  check(facts: Facts, nowMs: number): Objection | undefined;
}

/** Delay before asking again where nothing says when the obstacle will be gone. */
export const ASK_AGAIN_MS = 1_000;
/** The same for what people change. */
export const ASK_PEOPLE_AGAIN_MS = 5_000;
const DAY_MS = 86_400_000;

/** Telling somebody touches nothing. */
export const TELLING: readonly LadderAction[] = ['Notify'];
/** What undoes a rollout: it is not kept back by what the rollout did. */
export const UNDOING: readonly LadderAction[] = ['Notify', 'RollbackWorkload', 'RollbackRelease'];

/** A wait that timers can keep. */
export function bounded(ms: number): number {
  return Math.min(Math.max(ASK_AGAIN_MS, ms), DAY_MS);
}
