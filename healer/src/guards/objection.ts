import type { RefusalReason } from '../names.ts';
import type { LadderAction } from '../policy/ladder.ts';
import type { Guard, Objection } from './guard.ts';

export type Refusal = Objection & { readonly refusal: RefusalReason };

/** The first objection of guards that the action concerns, in the order in which they are asked. Pure. */
export function firstObjection<Facts>(
  guards: readonly Guard<Facts>[],
  facts: Facts,
  action: LadderAction,
  nowMs: number,
): Refusal | undefined {
  for (const guard of guards) {
    if (guard.exempt?.includes(action) === true) continue;
    const objection = guard.check(facts, nowMs);
    if (objection !== undefined) return { ...objection, refusal: guard.refusal };
  }
  return undefined;
}
