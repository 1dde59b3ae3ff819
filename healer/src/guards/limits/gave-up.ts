import { failuresOf, touchesCluster } from '../../remediations/action-history.ts';
import { type Guard, TELLING } from '../guard.ts';

const RETRY_MS = 10_000;

/** Everything was tried, or the same too often. */
export const gaveUp: Guard = {
  refusal: 'GaveUp',
  check({ policy, condition, step, exhausted, workload, actions }) {
    if (exhausted !== undefined) {
      return { reason: `nothing is left to try for ${condition}: ${exhausted}`, retryAfterMs: RETRY_MS };
    }
    if (workload === undefined || TELLING.includes(step.action)) return undefined;
    const failures = failuresOf(actions, workload.uid, workload.generation).filter(touchesCluster).length;
    if (failures < policy.limits.giveUpAfter) return undefined;
    const reason = `${failures} actions in a row did not help ${workload.key}; it must become whole or be changed first`;
    return { reason, retryAfterMs: RETRY_MS };
  },
};
