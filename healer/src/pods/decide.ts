import type { ActionFacts } from '../guards/action-facts.ts';
import type { Guard } from '../guards/guard.ts';
import type { RefusalReason } from '../names.ts';
import type { LadderStep } from '../policy/ladder.ts';
import { GUARDS } from './pod-guards.ts';

export type Decision =
  | { readonly kind: 'act'; readonly step: LadderStep }
  | {
      readonly kind: 'refuse';
      readonly refusal: RefusalReason;
      readonly reason: string;
      readonly retryAfterMs: number;
    };

/** What to do about a pod that was found unhealthy: the next step, unless a guard objects. Pure; `nowMs` is epoch milliseconds. */
export function decide(facts: ActionFacts, nowMs: number, guards: readonly Guard[] = GUARDS): Decision {
  for (const guard of guards) {
    if (guard.exempt?.includes(facts.step.action) === true) continue;
    const objection = guard.check(facts, nowMs);
    if (objection !== undefined) return { kind: 'refuse', refusal: guard.refusal, ...objection };
  }
  return { kind: 'act', step: facts.step };
}
