import { failuresOf, touchesCluster } from '../../remediations/action-history.ts';
import { type Guard, TELLING } from '../guard.ts';

/** The workload has to show the effect of the last action before the next; longer after each one that did not help. */
export const cooldown: Guard = {
  refusal: 'Cooldown',
  exempt: TELLING,
  check({ incident, policy, workload, actions }, nowMs) {
    const { cooldownMs, maxCooldownMs } = policy.limits;
    const others = actions.filter(
      (entry) => entry.workload === workload?.uid && entry.incident !== incident && touchesCluster(entry),
    );
    const last = Math.max(...others.map(({ atMs }) => atMs));
    const failed = failuresOf(others, workload?.uid ?? '', workload?.generation ?? 0).length;
    const growth = 2 ** Math.min(Math.max(0, failed - 1), 30);
    const neededMs = Math.max(cooldownMs, Math.min(maxCooldownMs, cooldownMs * growth));
    const leftMs = last + neededMs - nowMs;
    if (!(leftMs > 0)) return undefined;
    const after = failed === 0 ? '' : ` after ${failed} that did not help`;
    return {
      reason: `last action on ${workload?.key} was ${nowMs - last} ms ago, ${leftMs} ms to wait${after}`,
      retryAfterMs: leftMs,
    };
  },
};
