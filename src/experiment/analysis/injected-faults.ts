import type { Injection, Instant, Target } from '../evidence/evidence.ts';
import { instant } from '../evidence/interval.ts';
import { injectedAt } from './timeline.ts';

/** One fault of an injection: what it hit, and when. */
export interface InjectedFault {
  /** When it was asked for, epoch ms. */
  readonly startMs: number;
  readonly injected: Instant;
  readonly targets: readonly Target[];
}

/** Each fault of a sequence as far as it got, or the one that there is; of a run without any, the moment that it begins. */
export function injectedFaults(injection: Injection | null, startMs: number, clockSkewMs: number): InjectedFault[] {
  if (injection === null) return [{ startMs, injected: instant(startMs), targets: [] }];
  const parts = injection.parts ?? [];
  return (parts.length === 0 ? [injection] : parts).map((part) => ({
    startMs: part.requestedAtMs,
    injected: injectedAt(part, clockSkewMs) ?? instant(part.requestedAtMs),
    targets: part.targets,
  }));
}
