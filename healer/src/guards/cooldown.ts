import type { Guard } from './guard.ts';

/** The workload has to show the effect of the last action before the next. */
export const cooldown: Guard = {
  refusal: 'Cooldown',
  check({ incident, policy, workload, actions }, nowMs) {
    const others = actions.filter((entry) => entry.workload === workload?.uid && entry.incident !== incident);
    const last = Math.max(...others.map(({ atMs }) => atMs));
    const leftMs = last + policy.limits.cooldownMs - nowMs;
    if (!(leftMs > 0)) return undefined;
    return {
      reason: `last action on ${workload?.key} was ${nowMs - last} ms ago, ${leftMs} ms to wait`,
      retryAfterMs: leftMs,
    };
  },
};
