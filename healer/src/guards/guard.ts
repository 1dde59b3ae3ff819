import type { ActionFacts } from '../engines/recovery/facts.ts';
import type { RefusalReason } from '../names.ts';

export interface Objection {
  /** A sentence with the numbers it rests on. */
  readonly reason: string;
  /** When it is worth asking again, in milliseconds. */
  readonly retryAfterMs: number;
}

/** One reason not to act. Unknown is unsafe: a guard that cannot tell objects. */
export interface Guard {
  /** Value of the metric label `reason`. */
  readonly refusal: RefusalReason;
  check(facts: ActionFacts, nowMs: number): Objection | undefined;
}

/** Delay before asking again where nothing says when the obstacle will be gone. */
export const ASK_AGAIN_MS = 1_000;
