import type { ArithmeticOperator } from '../expression.ts';
import { ANY, exactly, type Interval, isExact, isNotNegative, NOT_NEGATIVE } from './interval.ts';

type Calculate = (left: Interval, right: Interval) => Interval;

/** NaN counts as unknown to the judge, so it needs no place in an interval. */
const RULES: Readonly<Record<ArithmeticOperator, Calculate>> = {
  '+': (left, right) => ({ low: left.low + right.low, high: left.high + right.high }),
  '-': (left, right) => ({ low: left.low - right.high, high: left.high - right.low }),
  '*': (left, right) => ofCorners(left, right, (a, b) => (a === 0 || b === 0 ? 0 : a * b)),
  '/': quotient,
  '%': remainder,
  '^': power,
  atan2: () => ANY,
};

/** What an operator can make of the values of its sides. */
export function calculated(operator: ArithmeticOperator, left: Interval, right: Interval): Interval {
  const { low, high } = RULES[operator](left, right);
  return Number.isNaN(low) || Number.isNaN(high) ? ANY : { low, high };
}

/** What is known where both sides are the same expression. */
export function calculatedWithItself(operator: ArithmeticOperator): Interval | null {
  if (operator === '-' || operator === '%') return exactly(0);
  return operator === '/' ? exactly(1) : null;
}

function quotient(left: Interval, right: Interval): Interval {
  if (isExact(left) && left.low === 0) return left;
  if (right.low > 0 || right.high < 0) return ofCorners(left, right, (a, b) => (Number.isFinite(b) ? a / b : 0));
  return isNotNegative(left) && isNotNegative(right) ? NOT_NEGATIVE : ANY;
}

function remainder(left: Interval, right: Interval): Interval {
  const most = Math.max(Math.abs(right.low), Math.abs(right.high));
  return { low: left.low < 0 ? -most : 0, high: left.high > 0 ? most : 0 };
}

function power(base: Interval, exponent: Interval): Interval {
  if (isExact(exponent) && exponent.low === 0) return exactly(1);
  if (isExact(base) && base.low === 1) return base;
  const even = isExact(exponent) && exponent.low % 2 === 0;
  return even || isNotNegative(base) ? NOT_NEGATIVE : ANY;
}

function ofCorners(left: Interval, right: Interval, by: (a: number, b: number) => number): Interval {
  const corners = [left.low, left.high].flatMap((a) => [right.low, right.high].map((b) => by(a, b)));
  return { low: Math.min(...corners), high: Math.max(...corners) };
}
