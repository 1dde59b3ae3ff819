import type { Policy } from '../policy/schema.ts';
import { isOpen, opensAtMs } from '../policy/windows.ts';
import { ASK_PEOPLE_AGAIN_MS, bounded, type Guard, TELLING } from './guard.ts';

/** The policy says when it may act and when not. */
export const outsideWindow: Guard<{ readonly policy: Pick<Policy, 'name' | 'windows'> }> = {
  refusal: 'OutsideWindow',
  exempt: TELLING,
  check({ policy }, nowMs) {
    const closed = policy.windows.find((window) => window.effect === 'deny' && isOpen(window, nowMs));
    if (closed !== undefined) {
      const reason = `policy ${policy.name} does not act in the window that opened by "${closed.schedule}" ${closed.timeZone}`;
      return { reason, retryAfterMs: ASK_PEOPLE_AGAIN_MS };
    }
    const allowing = policy.windows.filter(({ effect }) => effect === 'allow');
    if (allowing.length === 0 || allowing.some((window) => isOpen(window, nowMs))) return undefined;
    const opensMs = Math.min(...allowing.map((window) => opensAtMs(window, nowMs) ?? Number.POSITIVE_INFINITY));
    const next = Number.isFinite(opensMs) ? `the next opens ${new Date(opensMs).toISOString()}` : 'none opens again';
    return { reason: `no window of policy ${policy.name} is open, ${next}`, retryAfterMs: bounded(opensMs - nowMs) };
  },
};
