import type { Guard } from './guard.ts';

const RETRY_MS = 60_000;

/** The policy only wants to be told. */
export const dryRun: Guard = {
  refusal: 'DryRun',
  check({ policy: { name, mode }, step: { action } }) {
    if (mode === 'auto') return undefined;
    const said =
      mode === 'advise' ? `advises ${action} now; nothing is done` : `observes only; ${action} would be next`;
    return { reason: `policy ${name} ${said}`, retryAfterMs: RETRY_MS };
  },
};
