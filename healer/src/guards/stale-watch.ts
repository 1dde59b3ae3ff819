import type { ActionFacts } from './action-facts.ts';
import { ASK_AGAIN_MS, type Guard } from './guard.ts';

/** What the watches show may be long over. */
export const staleWatch: Guard<Pick<ActionFacts, 'watches' | 'staleWatchMs'>> = {
  refusal: 'StaleWatch',
  check({ watches, staleWatchMs }) {
    const stale = watches.find(({ ageMs }) => !(ageMs <= staleWatchMs));
    if (stale === undefined) return undefined;
    const age = Number.isFinite(stale.ageMs)
      ? `was silent for ${Math.round(stale.ageMs)} ms`
      : 'has brought nothing yet';
    return {
      reason: `the watch of ${stale.name} ${age}, at most ${staleWatchMs} ms are allowed`,
      retryAfterMs: ASK_AGAIN_MS,
    };
  },
};
