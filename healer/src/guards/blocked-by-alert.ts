import type { ActionFacts } from './action-facts.ts';
import { ASK_AGAIN_MS, type Guard, TELLING } from './guard.ts';

/** An alert that the policy heeds says that this is no time to act; not to know counts as firing. */
export const blockedByAlert: Guard<Pick<ActionFacts, 'blockingAlert'>> = {
  refusal: 'BlockedByAlert',
  exempt: TELLING,
  check: ({ blockingAlert }) =>
    blockingAlert === undefined ? undefined : { reason: blockingAlert, retryAfterMs: ASK_AGAIN_MS },
};
