import { describeMinHealthy, requiredHealthy } from '../policy/min-healthy.ts';
import { ASK_AGAIN_MS, type Guard } from './guard.ts';

/** When too many are sick, the cause is not in the pods, and evicting makes it worse. */
export const minHealthy: Guard = {
  refusal: 'MinHealthy',
  check({ policy, peers }) {
    const required = requiredHealthy(policy.limits.minHealthy, peers.total);
    if (peers.healthyOthers >= required) return undefined;
    const asked = describeMinHealthy(policy.limits.minHealthy);
    const reason = `${peers.healthyOthers} of ${peers.total} pods would be healthy, ${required} (${asked}) must be`;
    return { reason, retryAfterMs: ASK_AGAIN_MS };
  },
};
