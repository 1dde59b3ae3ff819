import type { Aggregation } from '../expression.ts';
import type { Drop } from './drop.ts';
import { amongOthers, type Flow, type FlowOf, merged, type Substitute } from './flow.ts';
import { ANY, exactly, type Interval, isExact, NOT_NEGATIVE } from './interval.ts';

const KEEPS_SERIES = new Set(['topk', 'bottomk']);

export function aggregationFlow(aggregation: Aggregation, look: FlowOf): Flow {
  const { operator, operand, parameter, labels, without } = aggregation;
  const [inner, by] = [look(operand), parameter === null ? merged() : look(parameter)];
  const flow = inner.single ? inner : amongOthers(inner);
  const one = labels.length === 0 && !without && operator !== 'count_values' && !KEEPS_SERIES.has(operator);
  const common = { ...flow, single: inner.single || one, substitutes: [...flow.substitutes, ...by.substitutes] };
  switch (operator) {
    case 'min':
    case 'max':
    case 'avg':
      return common;
    case 'sum':
      return inner.single ? common : summed(common);
    case 'count':
    case 'group':
    case 'count_values':
      return counted(common, inner, aggregation);
    case 'quantile':
      return isShare(by.interval) ? common : { ...common, interval: ANY };
    case 'topk':
    case 'bottomk':
      return { ...common, drops: [...common.drops, picked(aggregation)] };
    default:
      return { ...common, interval: NOT_NEGATIVE, drops: [] };
  }
}

/** Whatever is left out of a sum makes it smaller, which shows unless that is what was to be noticed. */
export function summed(flow: Flow): Flow {
  const { low, high } = flow.interval;
  const interval = { low: low < 0 ? -Infinity : low, high: high > 0 ? Infinity : high };
  return { ...flow, interval, moves: true, drops: flow.drops.filter(staysHidden) };
}

function staysHidden({ at, high, low }: Drop): boolean {
  return at.kind === 'call' || (high && !low);
}

/** What is left out of a count shows in it. What counts NaN does not know that data are missing. */
export function counted(flow: Flow, inner: Flow, at: Substitute['at']): Flow {
  const always = inner.single || (at.kind === 'aggregation' && at.operator === 'group');
  const blind: Substitute[] = inner.nan ? [{ at, message: COUNTS_NAN, certain: true }] : [];
  const interval: Interval = always ? exactly(1) : { low: 1, high: Infinity };
  return { ...flow, interval, moves: true, nan: false, substitutes: [...flow.substitutes, ...blind], drops: [] };
}

const COUNTS_NAN = 'counts what scalar() makes of missing data: count the series themselves';

function picked(at: Aggregation): Drop {
  return { at, high: at.operator === 'bottomk', low: at.operator === 'topk', always: false };
}

function isShare(interval: Interval): boolean {
  return isExact(interval) && interval.low >= 0 && interval.high <= 1;
}
