import { waitForTokenMs } from '../../policy/token-bucket.ts';
import { touchesCluster } from '../../remediations/action-history.ts';
import type { ActionFacts } from '../action-facts.ts';
import { bounded, type Guard, TELLING } from '../guard.ts';

/** All policies together may act only so often in the cluster, on pods, workloads and releases alike. */
export const globalBudget: Guard<Pick<ActionFacts, 'incident' | 'actions' | 'buckets'>> = {
  refusal: 'GlobalBudget',
  exempt: TELLING,
  check({ incident, actions, buckets: { cluster: bucket } }, nowMs) {
    const taken = actions
      .filter((entry) => entry.incident !== incident && touchesCluster(entry))
      .map(({ atMs }) => atMs);
    const waitMs = waitForTokenMs(bucket, taken, nowMs);
    if (waitMs === 0) return undefined;
    const reason = `the healer has used its ${bucket.actions} actions per ${bucket.perMs / 1000} s`;
    return { reason, retryAfterMs: bounded(waitMs) };
  },
};
