import type { PodView } from '../../cluster/pod.ts';
import type { Assessment } from './observation.ts';

/** Since when the word of a replica's callers counts, or why it does not: only while it is Ready, and not at once. */
export function askedSince(pod: PodView, graceMs: number, nowMs: number): number | Assessment {
  if (!pod.ready) return { kind: 'not-applicable', reason: 'the pod is not Ready, so its callers are not asked' };
  const countsFromMs = (pod.readyChangedAtMs ?? nowMs) + graceMs;
  if (nowMs >= countsFromMs) return countsFromMs;
  return { kind: 'not-applicable', reason: 'the pod became Ready only now', untilMs: countsFromMs };
}
