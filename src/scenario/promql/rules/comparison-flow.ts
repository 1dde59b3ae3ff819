import type { Binary } from '../expression.ts';
import { type Drop, dropOf, mirrored, unsided } from './drop.ts';
import { type Flow, type FlowOf, merged, type Substitute } from './flow.ts';
import { exactly, type Interval, isExact, justAbove, justBelow, overlap, SHARE } from './interval.ts';
import { type Comparison, isSame } from './same-expression.ts';

export function comparisonFlow(binary: Binary, comparison: Comparison, look: FlowOf): Flow {
  const [subject, bound] = [look(comparison.subject), look(comparison.bound)];
  const both = merged(subject, bound);
  if (binary.bool) return answered(binary, comparison, both, subject, bound);
  const passed = overlap(subject.interval, letThrough(comparison.operator, bound.interval));
  return {
    ...both,
    // Where nothing passes, all that is known is that there is no answer.
    interval: passed ?? subject.interval,
    drops: [...subject.drops, dropOf(binary, comparison.operator)],
  };
}

/** 0 or 1, and one of them for certain where the two sides leave no choice. NaN makes it 0 or 1 as well. */
function answered(at: Binary, comparison: Comparison, both: Flow, subject: Flow, bound: Flow): Flow {
  const { operator } = comparison;
  const message = 'a comparison with scalar() answers even when its data are missing: compare the series themselves';
  const blind: Substitute[] = both.nan ? [{ at, message, certain: true }] : [];
  const interval = isSame(comparison.subject, comparison.bound)
    ? exactly(['==', '<=', '>='].includes(operator) ? 1 : 0)
    : decided(operator, subject.interval, bound.interval);
  const drops = subject.drops.map((drop) => answeredBy(operator, drop));
  return { ...both, interval, nan: false, substitutes: [...both.substitutes, ...blind], drops };
}

function answeredBy(operator: string, drop: Drop): Drop {
  if (operator.startsWith('>')) return drop;
  return operator.startsWith('<') ? mirrored(drop) : unsided(drop);
}

function decided(operator: string, subject: Interval, bound: Interval): Interval {
  if (isNever(operator, subject, bound)) return exactly(0);
  return isNever(OPPOSITE[operator] ?? operator, subject, bound) ? exactly(1) : SHARE;
}

const OPPOSITE: Readonly<Record<string, string>> = {
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  '==': '!=',
  '!=': '==',
};

function isNever(operator: string, subject: Interval, bound: Interval): boolean {
  if (operator === '!=') return isExact(subject) && isExact(bound) && subject.low === bound.low;
  return overlap(subject, letThrough(operator, bound)) === null;
}

/** All values that can pass a comparison with any value of its bound. */
function letThrough(operator: string, { low, high }: Interval): Interval {
  switch (operator) {
    case '<':
      return { low: -Infinity, high: justBelow(high) };
    case '<=':
      return { low: -Infinity, high };
    case '>':
      return { low: justAbove(low), high: Infinity };
    case '>=':
      return { low, high: Infinity };
    case '==':
      return { low, high };
    default:
      return { low: -Infinity, high: Infinity };
  }
}
