import type { Clock } from '../../clock.ts';
import type { RemedyResult } from '../../incidents/remedy.ts';
import { KubeError } from '../../kube/kube-error.ts';

const RETRY_MS = 2_000;
const DISRUPTION_BUDGET_RETRY_MS = 5_000;

/** Sends one action and says what became of it. Never rejects with a KubeError. */
export async function send(
  clock: Clock,
  action: () => Promise<Omit<Extract<RemedyResult, { kind: 'accepted' }>, 'kind' | 'actedAtMs'> | undefined>,
): Promise<RemedyResult> {
  try {
    const details = await action();
    return { kind: 'accepted', actedAtMs: clock.nowMs(), ...details };
  } catch (error) {
    if (error instanceof KubeError) return explain(error);
    throw error;
  }
}

function explain(error: KubeError): RemedyResult {
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
