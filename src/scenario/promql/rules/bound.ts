import type { Tolerance } from '../../model/tolerance.ts';
import { type Interval, justAbove, justBelow, overlap } from './interval.ts';

/** What is asked of an answer. */
export interface Bound {
  readonly tolerance: Tolerance;
  /** A guard is to notice what is within, a witness what comes to be so. */
  readonly asker: 'probe' | 'guard' | 'witness';
}

export function holdsAlways({ tolerance }: Bound, values: Interval): boolean {
  return allowed(tolerance).some(({ low, high }) => low <= values.low && values.high <= high);
}

export function holdsNever({ tolerance }: Bound, values: Interval): boolean {
  return allowed(tolerance).every((range) => overlap(range, values) === null);
}

/** On which side the answers lie that are to be noticed; neither where that is not known. */
export function watchedSides(bound: Bound | null): { readonly high: boolean; readonly low: boolean } {
  if (bound === null) return { high: false, low: false };
  const operator = bound.tolerance.kind === 'compare' ? bound.tolerance.operator : '==';
  const below = operator.startsWith('<');
  const above = operator.startsWith('>');
  if (!below && !above) return { high: operator === '==', low: operator === '==' };
  return below === (bound.asker === 'guard') ? { high: false, low: true } : { high: true, low: false };
}

function allowed(tolerance: Tolerance): Interval[] {
  if (tolerance.kind === 'range') return [tolerance];
  const { operator, value } = tolerance;
  const smaller = { low: -Infinity, high: justBelow(value) };
  const larger = { low: justAbove(value), high: Infinity };
  switch (operator) {
    case '<':
      return [smaller];
    case '<=':
      return [{ ...smaller, high: value }];
    case '>':
      return [larger];
    case '>=':
      return [{ ...larger, low: value }];
    case '==':
      return [{ low: value, high: value }];
    case '!=':
      return [smaller, larger];
  }
}
