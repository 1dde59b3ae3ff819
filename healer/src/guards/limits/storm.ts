import type { ActionFacts } from '../action-facts.ts';
import { ASK_AGAIN_MS, type Guard, TELLING } from '../guard.ts';

/** So much is sick at once that the cause lies elsewhere, and acting would add to it. */
export const storm: Guard<Pick<ActionFacts, 'storm'>> = {
  refusal: 'Storm',
  exempt: TELLING,
  check: ({ storm: why }) => (why === undefined ? undefined : { reason: why, retryAfterMs: ASK_AGAIN_MS }),
};
