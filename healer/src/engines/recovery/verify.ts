import type { PodView } from '../../monitors/pod/pod.ts';

export interface Verification {
  /** UID of the pod that was acted on. */
  readonly target: string;
  readonly actedAtMs: number;
  readonly withinMs: number;
  /** Pods of the workload that were there before, or that answer for another incident. */
  readonly known: ReadonlySet<string>;
}

export type Verdict =
  | { readonly kind: 'pending' }
  | { readonly kind: 'resolved'; readonly replacement: PodView }
  | { readonly kind: 'expired'; readonly reason: string };

/** Whether an eviction helped: the pod is gone and a new one of its workload is Ready and well. Pure. */
export function verify(
  verification: Verification,
  podsOfWorkload: readonly PodView[],
  isWell: (pod: PodView) => boolean,
  nowMs: number,
): Verdict {
  const left = podsOfWorkload.find(({ uid }) => uid === verification.target);
  const fresh = podsOfWorkload.filter(({ uid, terminating }) => !verification.known.has(uid) && !terminating);
  const replacement = fresh.find((pod) => isWell(pod));
  const stillServing = left !== undefined && !left.terminating;
  if (!stillServing && replacement !== undefined) return { kind: 'resolved', replacement };
  if (nowMs - verification.actedAtMs < verification.withinMs) return { kind: 'pending' };
  const state = stillServing
    ? 'the pod is still there'
    : fresh.length === 0
      ? 'nothing replaced the pod'
      : `its replacement ${fresh[0]?.name} is not Ready and well`;
  return { kind: 'expired', reason: `${state} ${verification.withinMs / 1000} s after the eviction` };
}
