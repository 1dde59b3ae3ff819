import type { LadderAction } from '../../policy/ladder.ts';
import { describeMinHealthy, requiredHealthy } from '../../policy/min-healthy.ts';
import { ASK_AGAIN_MS, type Guard, UNDOING } from '../guard.ts';

/** A bad rollout makes all pods bad, and a pod that has ended serves nobody. */
const EXEMPT: readonly LadderAction[] = [...UNDOING, 'DeletePod'];

/** When too many are sick, the cause is not in the pods, and evicting makes it worse. */
export const minHealthy: Guard = {
  refusal: 'MinHealthy',
  exempt: EXEMPT,
  check({ policy, peers }) {
    const required = requiredHealthy(policy.limits.minHealthy, peers.total);
    if (peers.healthyOthers >= required) return undefined;
    const asked = describeMinHealthy(policy.limits.minHealthy);
    const reason = `${peers.healthyOthers} of ${peers.total} pods would be healthy, ${required} (${asked}) must be`;
    return { reason, retryAfterMs: ASK_AGAIN_MS };
  },
};
