import type { ActionFacts } from './action-facts.ts';
import type { Guard } from './guard.ts';

/** Only the holder of the target's shard acts on it. */
export const notMyShard: Guard<Pick<ActionFacts, 'mine'>> = {
  refusal: 'NotMyShard',
  check: ({ mine }) =>
    mine ? undefined : { reason: 'another replica of the healer may act on it', retryAfterMs: 1_000 },
};
