import { ASK_AGAIN_MS, type Guard, UNDOING } from './guard.ts';

/** A rollout makes and removes pods by itself; it is not an incident. */
export const rolloutInProgress: Guard = {
  refusal: 'RolloutInProgress',
  exempt: UNDOING,
  check({ workload }) {
    if (workload?.rollout === undefined) return undefined;
    return { reason: `${workload.key} is rolling out: ${workload.rollout}`, retryAfterMs: ASK_AGAIN_MS };
  },
};
