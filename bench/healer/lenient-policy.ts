/** A policy that bounds nothing within a bench, with a condition that needs no time to hold. */
export const LENIENT = {
  conditions: [{ type: 'CrashLoop', restarts: 3, steps: [{ action: 'EvictPod', attempts: 20 }] }],
  limits: {
    cooldown: '1ms',
    maxCooldown: '1ms',
    budget: { actions: 1_000, per: '10m' },
    flap: { actions: 1_000, per: '10m' },
    giveUpAfter: 1_000,
  },
};

/** Settings without token buckets and storms. */
export const UNBOUNDED = {
  HEALER_BUDGET: '9999/10m',
  HEALER_NAMESPACE_BUDGET: '9999/10m',
  HEALER_STORM_PODS: '0',
};
