import { type Bucket, waitForTokenMs } from '../policy/token-bucket.ts';
import type { Notice } from './notice.ts';

export type NextSend =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'wait'; readonly waitMs: number }
  | { readonly kind: 'message'; readonly notice: Notice }
  | { readonly kind: 'summary'; readonly notices: readonly Notice[] };

/**
 * What to send now: one message for each notice, except that the last one that the limit allows tells of all that are
 * waiting. `sentAtMs` are the messages sent before, epoch milliseconds. Pure.
 */
export function nextSend(
  waiting: readonly Notice[],
  rate: Bucket,
  sentAtMs: readonly number[],
  nowMs: number,
): NextSend {
  const [first, second] = waiting;
  if (first === undefined) return { kind: 'nothing' };
  const waitMs = waitForTokenMs(rate, sentAtMs, nowMs);
  if (waitMs > 0) return { kind: 'wait', waitMs };
  const isLast = waitForTokenMs(rate, [...sentAtMs, nowMs], nowMs) > 0;
  if (second === undefined || !isLast) return { kind: 'message', notice: first };
  return { kind: 'summary', notices: waiting };
}

/** The messages that still count against the limit. Pure. */
export function stillCounting(sentAtMs: readonly number[], { perMs }: Bucket, nowMs: number): number[] {
  return sentAtMs.filter((atMs) => nowMs - atMs < 2 * perMs);
}
