import type { ActionType } from '../names.ts';
import type { Policy } from '../policy/schema.ts';
import type { Guard } from './guard.ts';

interface Facts {
  readonly policy: Pick<Policy, 'name' | 'mode'>;
  readonly step: { readonly action: ActionType };
}

const RETRY_MS = 60_000;

/** The policy only wants to be told. */
export const dryRun: Guard<Facts> = {
  refusal: 'DryRun',
  check({ policy: { name, mode }, step: { action } }) {
    if (mode === 'auto') return undefined;
    const said =
      mode === 'advise' ? `advises ${action} now; nothing is done` : `observes only; ${action} would be next`;
    return { reason: `policy ${name} ${said}`, retryAfterMs: RETRY_MS };
  },
};
