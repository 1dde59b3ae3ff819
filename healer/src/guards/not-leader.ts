import type { Guard } from './guard.ts';

/** Only the holder of the Lease acts. */
export const notLeader: Guard = {
  refusal: 'NotLeader',
  check: ({ leader }) =>
    leader ? undefined : { reason: 'another replica of the healer may act', retryAfterMs: 1_000 },
};
