import { formatTolerance } from '../../model/tolerance.ts';
import type { PromqlProblem } from '../analysis.ts';
import type { Expression } from '../expression.ts';
import { blindFolds } from './blind-folds.ts';
import { type Bound, holdsAlways, holdsNever, watchedSides } from './bound.ts';
import type { Drop } from './drop.ts';
import type { Flow } from './flow.ts';
import { flowOf } from './flow-of.ts';
import { type Interval, isExact } from './interval.ts';

/** What keeps an answer from leaving its bounds, or from being missing when its data are. */
export function flowProblems(expression: Expression, bound: Bound | null): PromqlProblem[] {
  const flow = flowOf(expression);
  const hidden = [
    ...flow.substitutes.map(({ at, message }) => ({ index: at.start, message })),
    ...flow.drops.filter((drop) => hides(drop, bound)).map(({ at }) => ({ index: at.start, message: hiddenBy(at) })),
    ...blindFolds(expression, bound),
  ];
  // What cannot move because of a filter is told as the filter.
  return hidden.length > 0 ? hidden : stuckMessages(flow, bound).map((message) => ({ index: 0, message }));
}

function hides({ at, always, high, low }: Drop, bound: Bound | null): boolean {
  const watched = watchedSides(bound);
  // A window that shows one side in time is right for a bound on both, and a guard may wish to wait.
  if (at.kind === 'call' && (watched.high === watched.low || bound?.asker === 'guard')) return false;
  return always || (high && watched.high) || (low && watched.low);
}

function hiddenBy(at: Expression): string {
  if (at.kind === 'call') {
    const [side, other] = at.function === 'min_over_time' ? ['above', 'max'] : ['below', 'min'];
    return `\`${at.function}\` hides what is ${side} for less than its window: use ${other}_over_time`;
  }
  if (at.kind !== 'aggregation') {
    return 'a comparison makes the sample vanish just when it is out of bounds: put the bound into tolerance, or compare with bool';
  }
  const [side, instead] = at.operator === 'topk' ? ['lowest', 'min'] : ['highest', 'max'];
  return `\`${at.operator}\` leaves out the ${side}, just those that may be out of bounds: use ${instead}`;
}

function stuckMessages({ interval, moves }: Flow, bound: Bound | null): string[] {
  const values = spoken(interval);
  if (!moves) return [`is ${values} whatever the series say: its answer would not depend on the cluster`];
  if (bound === null) return [];
  const asked = formatTolerance(bound.tolerance);
  if (holdsAlways(bound, interval))
    return [`is ${values}, so ${asked} always holds: expected a bound that can be left`];
  return holdsNever(bound, interval) ? [`is ${values}, so ${asked} never holds: expected a bound within reach`] : [];
}

function spoken(interval: Interval): string {
  const { low, high } = interval;
  if (isExact(interval)) return `always ${low}`;
  if (Number.isFinite(low)) return Number.isFinite(high) ? `between ${low} and ${high}` : `at least ${low}`;
  return Number.isFinite(high) ? `at most ${high}` : 'the same';
}
