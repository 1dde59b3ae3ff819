import { type Guard, TELLING } from './guard.ts';

const RETRY_MS = 10_000;

/** An evicted pod that nobody replaces is a loss; one of a Job is the Job's own business. */
export const notReplaceable: Guard = {
  refusal: 'NotReplaceable',
  exempt: TELLING,
  check({ target, workload }) {
    if (workload !== undefined) return undefined;
    const owner = target?.owner === undefined ? 'has no controller' : `is owned by a ${target.owner.kind}`;
    return {
      reason: `the pod ${owner}; only pods of a Deployment, StatefulSet, DaemonSet or ReplicaSet are replaced safely`,
      retryAfterMs: RETRY_MS,
    };
  },
};
