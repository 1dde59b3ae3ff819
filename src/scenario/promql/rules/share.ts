import type { Call, Expression, VectorSelector } from '../expression.ts';
import { calculated } from './arithmetic.ts';
import type { FlowOf } from './flow.ts';
import { type Interval, isNotNegative, SHARE } from './interval.ts';
import { bare, isSame } from './same-expression.ts';

/** Values of a part divided by its whole, or of a sum by its count; null where it is not known to be one. */
export function shareOf(part: Expression, whole: Expression, flowOf: FlowOf): Interval | null {
  const [above, below] = [bare(part), bare(whole)];
  if (above.kind === 'binary' && above.operator === '*' && above.left.kind === 'number') {
    const share = shareOf(above.right, whole, flowOf);
    return share && calculated('*', flowOf(above.left).interval, share);
  }
  if (isPartOfSum(above, below, flowOf)) return SHARE;
  if (above.kind !== 'aggregation' || below.kind !== 'aggregation' || !groupsAlike(above, below)) return null;
  if (above.operator === 'sum' && below.operator === 'count' && isSame(above.operand, below.operand)) {
    return flowOf(above.operand).interval;
  }
  if (above.operator !== below.operator || !reads(above.operand, below.operand)) return null;
  const grows =
    above.operator === 'count' || (above.operator === 'sum' && isNotNegative(flowOf(below.operand).interval));
  return grows ? SHARE : null;
}

interface Grouping {
  readonly labels: readonly string[];
  readonly without: boolean;
}

function groupsAlike(a: Grouping, b: Grouping): boolean {
  return a.without === b.without && [...a.labels].sort().join() === [...b.labels].sort().join();
}

function isPartOfSum(part: Expression, whole: Expression, flowOf: FlowOf): boolean {
  const terms = termsOf(whole);
  if (terms.length < 2 || !terms.every((term) => isNotNegative(flowOf(term).interval))) return false;
  return terms.some((term) => isSame(term, part));
}

function termsOf(expression: Expression): Expression[] {
  const term = bare(expression);
  return term.kind === 'binary' && term.operator === '+' ? [...termsOf(term.left), ...termsOf(term.right)] : [term];
}

/** Whether one reads no other series than the other, and the same of each. */
function reads(some: Expression, all: Expression): boolean {
  const [a, b] = [bare(some), bare(all)];
  if (isSame(a, b)) return true;
  if (a.kind === 'selector' && b.kind === 'selector') return selects(a, b);
  if (a.kind === 'range' && b.kind === 'range') return a.rangeMs === b.rangeMs && selects(a.selector, b.selector);
  if (a.kind === 'call' && b.kind === 'call') return callsAlike(a, b);
  if (a.kind !== 'binary' || a.bool || a.left.type !== 'vector') return false;
  return ['<', '<=', '>', '>=', '==', '!=', 'and', 'unless'].includes(a.operator) && reads(a.left, all);
}

function callsAlike(a: Call, b: Call): boolean {
  if (a.function !== b.function || a.arguments.length !== b.arguments.length) return false;
  return a.arguments.every((argument, index) => {
    const other = b.arguments[index];
    return other !== undefined && reads(argument, other);
  });
}

function selects(some: VectorSelector, all: VectorSelector): boolean {
  if (some.offsetMs !== all.offsetMs || some.at !== all.at) return false;
  return all.matchers.every(({ label, operator, value }) =>
    some.matchers.some((own) => own.label === label && own.operator === operator && own.value === value),
  );
}
