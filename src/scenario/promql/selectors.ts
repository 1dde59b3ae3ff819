import { type Expression, partsOf, type VectorSelector } from './expression.ts';

/** One place in an expression where series are read. */
export interface Selector {
  /** Without range, in Prometheus' own form: `shop_requests_total{outcome="ok"}`. */
  readonly text: string;
  /** Metric name, or null where only labels select. */
  readonly metric: string | null;
  /** Value of an `=` matcher on `job`, or null. */
  readonly job: string | null;
  /** Own range, ms; null for an instant selector. */
  readonly rangeMs: number | null;
  /** Range, enclosing subqueries with their steps, and offsets together, ms. */
  readonly reachMs: number;
  readonly index: number;
}

/** Every selector, with how far back it looks. */
export function findSelectors(expression: Expression, reachMs = 0): Selector[] {
  switch (expression.kind) {
    case 'selector':
      return [toSelector(expression, null, reachMs)];
    case 'range':
      return [toSelector(expression.selector, expression.rangeMs, reachMs + expression.rangeMs)];
    case 'subquery': {
      const { operand, rangeMs, stepMs, offsetMs } = expression;
      // A subquery's newest point may be one step old.
      return findSelectors(operand, reachMs + rangeMs + stepMs + Math.max(0, offsetMs));
    }
    default:
      return partsOf(expression).flatMap((part) => findSelectors(part, reachMs));
  }
}

function toSelector(selector: VectorSelector, rangeMs: number | null, reachMs: number): Selector {
  return {
    text: selector.text,
    metric: exactValue(selector, '__name__'),
    job: exactValue(selector, 'job'),
    rangeMs,
    reachMs: reachMs + Math.max(0, selector.offsetMs),
    index: selector.start,
  };
}

function exactValue({ matchers }: VectorSelector, label: string): string | null {
  return matchers.find((matcher) => matcher.label === label && matcher.operator === '=')?.value ?? null;
}
