import type { Binary, Expression } from '../expression.ts';

/** Whether two parts ask the same, wherever they stand and whatever parentheses are around them. */
export function isSame(a: Expression, b: Expression): boolean {
  return canonical(a) === canonical(b);
}

function canonical(expression: Expression): string {
  return JSON.stringify(expression, (key, value: unknown) =>
    key === 'start' || key === 'end' ? undefined : unwrapped(value),
  );
}

function unwrapped(value: unknown): unknown {
  return isParentheses(value) ? unwrapped(value.operand) : value;
}

function isParentheses(value: unknown): value is { readonly operand: unknown } {
  return typeof value === 'object' && value !== null && 'operand' in value && 'kind' in value
    ? value.kind === 'parentheses'
    : false;
}

/** The expression without parentheses around it. */
export function bare(expression: Expression): Exclude<Expression, { readonly kind: 'parentheses' }> {
  return expression.kind === 'parentheses' ? bare(expression.operand) : expression;
}

const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

export interface Comparison {
  readonly operator: string;
  /** The side whose series come through. */
  readonly subject: Expression;
  readonly bound: Expression;
}

/** A comparison read from the side whose series it lets through; null for any other operator. */
export function comparisonOf({ operator, left, right }: Binary): Comparison | null {
  if (!['==', '!=', '<', '<=', '>', '>='].includes(operator)) return null;
  return left.type === 'scalar' && right.type === 'vector'
    ? { operator: MIRRORED[operator] ?? operator, subject: right, bound: left }
    : { operator, subject: left, bound: right };
}
