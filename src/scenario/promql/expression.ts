/** What an expression evaluates to, in Prometheus' own words. */
export type ValueType = 'scalar' | 'vector' | 'matrix' | 'string';

interface Parsed {
  readonly type: ValueType;
  /** First character in the query, and the one after the last; a selector ends after its offset and `@`. */
  readonly start: number;
  readonly end: number;
}

/** The text is what `Number()` reads: JSON has neither infinity nor NaN. */
export interface NumberLiteral extends Parsed {
  readonly kind: 'number';
  readonly value: string;
}

export interface StringLiteral extends Parsed {
  readonly kind: 'string';
  readonly value: string;
}

export interface Parentheses extends Parsed {
  readonly kind: 'parentheses';
  readonly operand: Expression;
}

export interface Unary extends Parsed {
  readonly kind: 'unary';
  readonly operator: '+' | '-';
  readonly operand: Expression;
}

export type ComparisonOperator = '==' | '!=' | '>' | '>=' | '<' | '<=';
export type SetOperator = 'and' | 'or' | 'unless';
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2';

/** Which series of the two sides belong together. */
export interface Matching {
  readonly cardinality: 'one-to-one' | 'many-to-one' | 'one-to-many' | 'many-to-many';
  /** The labels are those to match by, else those to leave out. */
  readonly on: boolean;
  readonly labels: readonly string[];
  /** Labels that `group_left` or `group_right` takes over. */
  readonly include: readonly string[];
}

export interface Binary extends Parsed {
  readonly kind: 'binary';
  readonly operator: ArithmeticOperator | ComparisonOperator | SetOperator;
  readonly left: Expression;
  readonly right: Expression;
  /** A comparison that answers 0 or 1 instead of leaving series out. */
  readonly bool: boolean;
  /** Null unless both sides are vectors. */
  readonly matching: Matching | null;
}

export interface Aggregation extends Parsed {
  readonly kind: 'aggregation';
  readonly operator: string;
  readonly operand: Expression;
  /** As the 3 of `topk(3, up)`. */
  readonly parameter: Expression | null;
  readonly labels: readonly string[];
  /** The labels are those to leave out, else those to keep. */
  readonly without: boolean;
}

export interface Call extends Parsed {
  readonly kind: 'call';
  readonly function: string;
  readonly arguments: readonly Expression[];
}

export interface Matcher {
  /** `__name__` for the metric. */
  readonly label: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** How a time other than the one asked for is read. */
interface Shifted {
  /** Negative where it looks ahead. */
  readonly offsetMs: number;
  /** The time that `@` names, ms. */
  readonly at: number | 'start' | 'end' | null;
}

export interface VectorSelector extends Parsed, Shifted {
  readonly kind: 'selector';
  /** Metric and matchers in Prometheus' own form, without range, offset and `@`. */
  readonly text: string;
  readonly matchers: readonly Matcher[];
}

/** `up[1m]`; offset and `@` are those of its selector. */
export interface RangeSelector extends Parsed {
  readonly kind: 'range';
  readonly selector: VectorSelector;
  readonly rangeMs: number;
}

export interface Subquery extends Parsed, Shifted {
  readonly kind: 'subquery';
  readonly operand: Expression;
  readonly rangeMs: number;
  /** 0 where the server's own is meant. */
  readonly stepMs: number;
}

/** The syntax tree of a query that Prometheus accepts. */
export type Expression =
  | NumberLiteral
  | StringLiteral
  | Parentheses
  | Unary
  | Binary
  | Aggregation
  | Call
  | VectorSelector
  | RangeSelector
  | Subquery;

/** Those directly below, from left to right. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'number':
    case 'string':
    case 'selector':
      return [];
    case 'range':
      return [expression.selector];
    case 'parentheses':
    case 'unary':
    case 'subquery':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'aggregation':
      return expression.parameter === null ? [expression.operand] : [expression.parameter, expression.operand];
    case 'call':
      return expression.arguments;
  }
}

/** Most parts above one another. Needs no stack, so it can be asked before anything that does. */
export function depthOf(expression: Expression): number {
  let depth = 0;
  for (let level: readonly Expression[] = [expression]; level.length > 0; level = level.flatMap(partsOf)) depth += 1;
  return depth;
}

/** The expression and all below it, from left to right. */
export function everyPart(expression: Expression): readonly Expression[] {
  return [expression, ...partsOf(expression).flatMap(everyPart)];
}
