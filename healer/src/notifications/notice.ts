import type { HealerRecord, Transition } from '../names.ts';

/** Something that people are to be told. Times are epoch milliseconds. */
export interface Notice {
  readonly transition: Transition;
  /** What the shards know the target by: only who may act on it tells of it. */
  readonly owner: string;
  readonly firstSeenMs: number;
  /** What was seen of the symptom, in a sentence. */
  readonly evidence: string;
  readonly record: HealerRecord;
}

/** What is noted once it was told. A reason not to act is told once each, everything else once. */
export function markOf({ transition, record }: Notice): string {
  return transition === 'refused' ? `refused:${record.refusal}` : transition;
}

export function isSame(a: Notice, b: Notice): boolean {
  return a.record.incident === b.record.incident && markOf(a) === markOf(b);
}

/** Whoever gives up in the same breath need not say first that it goes on. */
export function isSuperseded(earlier: Notice, later: Notice): boolean {
  const same = earlier.record.incident === later.record.incident;
  return same && earlier.transition === 'escalated' && later.transition === 'gave-up';
}
