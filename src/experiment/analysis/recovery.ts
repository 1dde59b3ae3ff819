import type { Instant } from '../evidence/evidence.ts';
import type { Span } from '../evidence/interval.ts';
import { exceeds, fitsWithin, seconds, spanBetween, spanText } from '../evidence/interval.ts';
import { type Course, restoredAt } from '../probes/recovery-window.ts';
import type { RecoveryFrom } from '../result/judgement.ts';

export interface RecoveryResult {
  /** Injected to restored; null where nothing was restored or nothing ever left. */
  readonly span: Span | null;
  readonly outcome: RecoveryFrom['outcome'];
  readonly message: string;
}

/** The recovery time against its objective; `exceeded` can be certain before anything is restored. */
export function recoveryOf(course: Course, injected: Instant, withinMs: number, clockSkewMs: number): RecoveryResult {
  if (course.departedAtMs === null || course.restoredNotBeforeMs === null)
    return { span: null, outcome: 'never-left', message: 'no probe ever left tolerance' };
  const restored = restoredAt(course);
  if (restored === null) return unrestored(course.restoredNotBeforeMs, injected, withinMs, clockSkewMs);
  const span = spanBetween(injected, restored, clockSkewMs);
  const message = `recovery took ${spanText(span)}, the objective is ${seconds(withinMs)}`;
  if (fitsWithin(span, withinMs)) return { span, outcome: 'met', message };
  return { span, outcome: exceeds(span, withinMs) ? 'exceeded' : 'within-resolution', message };
}

/** What the recoveries from several faults come to: the worst of them, and among equals the longest. */
export function worstOf(recoveries: readonly RecoveryResult[]): RecoveryResult {
  const sorted = recoveries.toSorted((a, b) => rank(b) - rank(a) || upperMs(b) - upperMs(a));
  return sorted[0] ?? { span: null, outcome: 'never-left', message: 'there was no fault to recover from' };
}

const RANKS: readonly RecoveryResult['outcome'][] = [
  'never-left',
  'met',
  'within-resolution',
  'not-restored',
  'exceeded',
];

function rank({ outcome }: RecoveryResult): number {
  return RANKS.indexOf(outcome);
}

function upperMs({ span }: RecoveryResult): number {
  return span?.upperMs ?? Number.POSITIVE_INFINITY;
}

function unrestored(notBeforeMs: number, injected: Instant, withinMs: number, clockSkewMs: number): RecoveryResult {
  const leastMs = notBeforeMs - injected.latestMs - clockSkewMs;
  const message = `not recovered ${seconds(Math.max(0, leastMs))} after the injection, the objective is ${seconds(withinMs)}`;
  return { span: null, outcome: leastMs > withinMs ? 'exceeded' : 'not-restored', message };
}
