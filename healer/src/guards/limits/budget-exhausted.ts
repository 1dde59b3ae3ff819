import { touchesCluster } from '../../remediations/action-history.ts';
import { type Guard, TELLING } from '../guard.ts';

/** A policy may act only so often in a stretch of time. */
export const budgetExhausted: Guard = {
  refusal: 'BudgetExhausted',
  exempt: TELLING,
  check({ incident, policy, actions }, nowMs) {
    const { actions: allowed, perMs } = policy.limits.budget;
    const recent = actions
      .filter((entry) => entry.policy === policy.name && entry.incident !== incident && touchesCluster(entry))
      .filter((entry) => entry.atMs > nowMs - perMs)
      .map(({ atMs }) => atMs)
      .sort((a, b) => a - b);
    const frees = recent[recent.length - allowed];
    if (frees === undefined) return undefined;
    const reason = `${recent.length} of ${allowed} actions of policy ${policy.name} in the last ${perMs / 1000} s are used`;
    return { reason, retryAfterMs: frees + perMs - nowMs };
  },
};
