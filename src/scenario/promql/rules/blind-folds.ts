import type { PromqlProblem } from '../analysis.ts';
import { type Expression, everyPart, type VectorSelector } from '../expression.ts';
import { type Bound, watchedSides } from './bound.ts';
import { bare, isSame } from './same-expression.ts';

/** What says something of each target that is there: one that is gone takes its `up` along. */
const OF_EACH = new Set(['min', 'avg', 'quantile']);

/** Folds of `up` that are to notice a target that is down, and do not when it is gone. */
export function blindFolds(expression: Expression, bound: Bound | null): PromqlProblem[] {
  if (bound?.asker !== 'probe' || !watchedSides(bound).low) return [];
  return everyPart(expression).flatMap((part) => {
    const fold = foldOf(part);
    return fold !== null && isOfUp(fold.operand) ? [problemOf(part, fold.name)] : [];
  });
}

function problemOf({ start }: Expression, name: string): PromqlProblem {
  const message = `\`${name}\` of \`up\` does not notice a target that is gone: use sum, and expect as many as there must be`;
  return { index: start, message };
}

function foldOf(part: Expression): { readonly name: string; readonly operand: Expression } | null {
  if (part.kind === 'aggregation')
    return OF_EACH.has(part.operator) ? { name: part.operator, operand: part.operand } : null;
  if (part.kind !== 'binary' || part.operator !== '/') return null;
  const [sum, count] = [bare(part.left), bare(part.right)];
  if (sum.kind !== 'aggregation' || count.kind !== 'aggregation' || !isSame(sum.operand, count.operand)) return null;
  return sum.operator === 'sum' && count.operator === 'count' ? { name: 'sum / count', operand: sum.operand } : null;
}

function isOfUp(operand: Expression): boolean {
  const selector = selectorIn(operand);
  if (selector === null) return false;
  const exact = selector.matchers.filter((matcher) => matcher.operator === '=');
  // Of one target nothing is left when it is gone.
  if (exact.some(({ label }) => label === 'instance' || label === 'pod')) return false;
  return exact.some(({ label, value }) => label === '__name__' && value === 'up');
}

/** The selector whose series are folded, as they are or over a stretch of time. */
function selectorIn(expression: Expression): VectorSelector | null {
  const part = bare(expression);
  if (part.kind === 'selector') return part;
  if (part.kind === 'range') return part.selector;
  const only = part.kind === 'call' && part.function.endsWith('_over_time') ? part.arguments.at(-1) : undefined;
  return only === undefined ? null : selectorIn(only);
}
