import type { ArithmeticOperator, Binary, Expression } from '../expression.ts';
import { calculated, calculatedWithItself } from './arithmetic.ts';
import { comparisonFlow } from './comparison-flow.ts';
import { type Drop, mirrored, unsided } from './drop.ts';
import { type Flow, type FlowOf, merged } from './flow.ts';
import { type Interval, isExact, isNotNegative } from './interval.ts';
import { comparisonOf, isSame } from './same-expression.ts';
import { setFlow } from './set-flow.ts';
import { shareOf } from './share.ts';

const ARITHMETIC: readonly ArithmeticOperator[] = ['+', '-', '*', '/', '%', '^', 'atan2'];

export function binaryFlow(binary: Binary, look: FlowOf): Flow {
  const operator = ARITHMETIC.find((each) => each === binary.operator);
  if (operator !== undefined) return arithmeticFlow(operator, binary, look);
  const comparison = comparisonOf(binary);
  return comparison === null ? setFlow(binary, look) : comparisonFlow(binary, comparison, look);
}

function arithmeticFlow(operator: ArithmeticOperator, { left, right }: Binary, look: FlowOf): Flow {
  const [a, b] = [look(left), look(right)];
  const drops = [
    ...a.drops.map((drop) => (keepsLeft(operator, b) ? drop : unsided(drop))),
    ...b.drops.flatMap((drop) => fromRight(operator, a, drop)),
  ];
  const alike = isSame(left, right) ? calculatedWithItself(operator) : null;
  const interval = alike ?? share(operator, left, right, look) ?? calculated(operator, a.interval, b.interval);
  return { ...merged(a, b), interval, drops };
}

function share(operator: ArithmeticOperator, left: Expression, right: Expression, look: FlowOf): Interval | null {
  return operator === '/' ? shareOf(left, right, look) : null;
}

function keepsLeft(operator: ArithmeticOperator, right: Flow): boolean {
  return (
    operator === '+' ||
    operator === '-' ||
    (operator === '/' ? isNotNegative(right.interval) : isFactor(operator, right))
  );
}

function fromRight(operator: ArithmeticOperator, left: Flow, drop: Drop): Drop[] {
  if (operator === '+') return [drop];
  if (operator === '-') return [mirrored(drop)];
  if (operator === '/' && keepsDivisor(drop)) return [];
  if (operator === '/' && isNotNegative(left.interval)) return [mirrored(drop)];
  return [isFactor(operator, left) ? drop : unsided(drop)];
}

/** What is multiplied by series may be a mask for them. */
function isFactor(operator: ArithmeticOperator, { interval }: Flow): boolean {
  return operator === '*' && isExact(interval) && interval.low > 0;
}

/** A share of nothing is no share: leaving small divisors out is how that is said. */
function keepsDivisor({ at }: Drop): boolean {
  if (at.kind !== 'binary') return false;
  const operator = comparisonOf(at)?.operator ?? '';
  return ['>', '>=', '!='].includes(operator);
}
