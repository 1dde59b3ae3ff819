import type { RemediationView } from './view.ts';
import { hasEnded } from './view.ts';

/** What may go: ended longer than `keepMs` ago, and of the rest the oldest above `most`. What is open stays. Pure. */
export function tooOld(
  views: Iterable<RemediationView>,
  { keepMs, most }: { readonly keepMs: number; readonly most: number },
  nowMs: number,
): RemediationView[] {
  const ended = [...views].filter(hasEnded).sort((a, b) => endOf(a) - endOf(b));
  const surplus = Math.max(0, ended.length - most);
  return ended.filter((view, index) => index < surplus || nowMs - endOf(view) > keepMs);
}

function endOf({ status, createdAtMs }: RemediationView): number {
  return status?.endedAt === undefined ? (createdAtMs ?? 0) : Date.parse(status.endedAt);
}
