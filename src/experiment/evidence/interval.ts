import type { Instant } from './evidence.ts';

/** A duration known only to lie between two values, ms. */
export interface Span {
  readonly lowerMs: number;
  readonly upperMs: number;
}

/** A moment between two times, ms; the order of the two does not matter. */
export function instant(oneMs: number, otherMs: number = oneMs): Instant {
  return { earliestMs: Math.min(oneMs, otherMs), latestMs: Math.max(oneMs, otherMs) };
}

/** Time from one moment to a later one, never negative; `skewMs` widens it where the two were read from different clocks. */
export function spanBetween(from: Instant, to: Instant, skewMs = 0): Span {
  return {
    lowerMs: Math.max(0, to.earliestMs - from.latestMs - skewMs),
    upperMs: Math.max(0, to.latestMs - from.earliestMs + skewMs),
  };
}

/** Certainly no longer than the limit. */
export function fitsWithin(span: Span, limitMs: number): boolean {
  return span.upperMs <= limitMs;
}

/** Certainly longer than the limit. */
export function exceeds(span: Span, limitMs: number): boolean {
  return span.lowerMs > limitMs;
}

/** How far apart the two ends of a moment are, ms. */
export function widthMs(moment: Instant): number {
  return moment.latestMs - moment.earliestMs;
}

/** Milliseconds as seconds for a sentence, e.g. `12.3 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** A span for a sentence, e.g. `between 12.3 s and 14.0 s`. */
export function spanText(span: Span): string {
  return `between ${seconds(span.lowerMs)} and ${seconds(span.upperMs)}`;
}
