import type { Clock } from '../../clock.ts';
import type { EvictionTarget } from '../../kube/client.ts';
import { KubeError } from '../../kube/kube-error.ts';
import type { RefusalReason } from '../../names.ts';

export type ActOutcome =
  | { readonly kind: 'accepted'; readonly actedAtMs: number }
  | {
      readonly kind: 'refused';
      readonly refusal: RefusalReason;
      readonly reason: string;
      readonly retryAfterMs: number;
    }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      /** No answer came: the pod may have been evicted all the same. */
      readonly unsure: boolean;
      readonly retryAfterMs: number;
    };

const RETRY_MS = 2_000;
const DISRUPTION_BUDGET_RETRY_MS = 5_000;

/** Evicts one pod, by its UID, through the eviction API, which asks every PodDisruptionBudget. Never rejects with a KubeError. */
export async function evict(
  api: { evictPod(target: EvictionTarget): Promise<void> },
  target: EvictionTarget,
  clock: Clock,
): Promise<ActOutcome> {
  try {
    await api.evictPod(target);
    return { kind: 'accepted', actedAtMs: clock.nowMs() };
  } catch (error) {
    if (error instanceof KubeError) return explain(error);
    throw error;
  }
}

function explain(error: KubeError): ActOutcome {
  if (error.status === 404 || error.status === 409) {
    return { kind: 'refused', refusal: 'TargetGone', reason: error.message, retryAfterMs: RETRY_MS };
  }
  // 429 is also the answer of an overloaded server; only the cause tells the two apart.
  if (error.status === 429 && error.causes.includes('DisruptionBudget')) {
    const retryAfterMs = error.retryAfterMs ?? DISRUPTION_BUDGET_RETRY_MS;
    return { kind: 'refused', refusal: 'DisruptionBudget', reason: error.message, retryAfterMs };
  }
  const unsure = error.status === undefined || error.status >= 500;
  return { kind: 'failed', reason: error.message, unsure, retryAfterMs: error.retryAfterMs ?? RETRY_MS };
}
