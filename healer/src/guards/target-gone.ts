import { ASK_AGAIN_MS, type Guard, TELLING } from './guard.ts';

/** There is nothing left to act on. */
export const targetGone: Guard = {
  refusal: 'TargetGone',
  exempt: TELLING,
  check({ target }) {
    if (target === undefined) return { reason: 'the pod is gone', retryAfterMs: ASK_AGAIN_MS };
    return target.terminating ? { reason: 'the pod is being deleted already', retryAfterMs: ASK_AGAIN_MS } : undefined;
  },
};
