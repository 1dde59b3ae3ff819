import { failuresInARow } from '../engines/recovery/ledger.ts';
import type { Guard } from './guard.ts';

const RETRY_MS = 10_000;

/** Doing the same again has not helped. */
export const gaveUp: Guard = {
  refusal: 'GaveUp',
  check({ policy, workload, actions }) {
    if (workload === undefined) return undefined;
    const failures = failuresInARow(actions, workload.uid, workload.generation);
    if (failures < policy.limits.giveUpAfter) return undefined;
    const reason = `${failures} actions in a row did not help ${workload.key}; it must become whole or be changed first`;
    return { reason, retryAfterMs: RETRY_MS };
  },
};
