import type { RefusalReason } from '../names.ts';
import type { RemedyResult } from './remedy.ts';

/** How soon a rollback that could not be done is thought about again. */
export const RETRY_MS = 2_000;

export function refused(refusal: RefusalReason, reason: string, retryAfterMs = RETRY_MS): RemedyResult {
  return { kind: 'refused', refusal, reason, retryAfterMs };
}
