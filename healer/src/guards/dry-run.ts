import type { Guard } from './guard.ts';

const RETRY_MS = 60_000;

/** The policy only wants to be told. */
export const dryRun: Guard = {
  refusal: 'DryRun',
  check: ({ policy }) =>
    policy.mode === 'observe'
      ? { reason: `policy ${policy.name} observes only; the pod would be evicted now`, retryAfterMs: RETRY_MS }
      : undefined,
};
