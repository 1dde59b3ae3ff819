import type { RefusalReason } from '../names.ts';
import type { Outcome } from './remedy.ts';

/** How soon a rollback that could not be done is thought about again. */
export const RETRY_MS = 2_000;

export function refused(refusal: RefusalReason, reason: string): Outcome {
  return { kind: 'refused', refusal, reason, retryAfterMs: RETRY_MS };
}
