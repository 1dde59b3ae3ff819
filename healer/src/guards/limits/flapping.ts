import { touchesCluster } from '../../remediations/action-history.ts';
import { bounded, type Guard, UNDOING } from '../guard.ts';

/** It gets well each time and sick again: it is only patched up, and somebody should look at it. */
export const flapping: Guard = {
  refusal: 'Flapping',
  exempt: UNDOING,
  check({ incident, policy, workload, actions }, nowMs) {
    const { actions: most, perMs } = policy.limits.flap;
    const helped = actions
      .filter((entry) => entry.workload === workload?.uid && entry.incident !== incident && touchesCluster(entry))
      .filter((entry) => entry.outcome === 'helped' && entry.atMs > nowMs - perMs)
      .map(({ atMs }) => atMs)
      .sort((a, b) => a - b);
    const frees = helped[helped.length - most];
    if (frees === undefined) return undefined;
    const reason = `${workload?.key} was helped ${helped.length} times in ${perMs / 1000} s and got sick again each time`;
    return { reason, retryAfterMs: bounded(frees + perMs - nowMs) };
  },
};
