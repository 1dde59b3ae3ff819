import { waitForTokenMs } from '../../policy/token-bucket.ts';
import { touchesCluster } from '../../remediations/action-history.ts';
import type { ActionFacts } from '../action-facts.ts';
import { bounded, type Guard, TELLING } from '../guard.ts';

interface Facts extends Pick<ActionFacts, 'incident' | 'actions' | 'buckets'> {
  readonly target: { readonly namespace: string } | undefined;
}

/** All policies together may act only so often in one namespace, on pods, workloads and releases alike. */
export const namespaceBudget: Guard<Facts> = {
  refusal: 'NamespaceBudget',
  exempt: TELLING,
  check({ incident, target, actions, buckets: { namespace: bucket } }, nowMs) {
    const taken = actions.filter(
      (entry) => entry.namespace === target?.namespace && entry.incident !== incident && touchesCluster(entry),
    );
    const waitMs = waitForTokenMs(
      bucket,
      taken.map(({ atMs }) => atMs),
      nowMs,
    );
    if (waitMs === 0) return undefined;
    const reason = `namespace ${target?.namespace} has used its ${bucket.actions} actions per ${bucket.perMs / 1000} s`;
    return { reason, retryAfterMs: bounded(waitMs) };
  },
};
