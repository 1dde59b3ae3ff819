import type { ActionFacts } from '../guards/action-facts.ts';
import type { Guard } from '../guards/guard.ts';
import { firstObjection, type Refusal } from '../guards/objection.ts';
import type { LadderStep } from '../policy/ladder.ts';
import { GUARDS } from './pod-guards.ts';

export type PodDecision = { readonly kind: 'act'; readonly step: LadderStep } | (Refusal & { readonly kind: 'refuse' });

/** What to do about a pod that was found unhealthy: the next step, unless a guard objects. Pure; `nowMs` is epoch milliseconds. */
export function decide(facts: ActionFacts, nowMs: number, guards: readonly Guard[] = GUARDS): PodDecision {
  const objection = firstObjection(guards, facts, facts.step.action, nowMs);
  return objection === undefined ? { kind: 'act', step: facts.step } : { kind: 'refuse', ...objection };
}
