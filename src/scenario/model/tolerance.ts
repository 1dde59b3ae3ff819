/** What must be true of a probe's value. */
export type Tolerance =
  | { readonly kind: 'compare'; readonly operator: '<' | '<=' | '>' | '>=' | '==' | '!='; readonly value: number }
  | { readonly kind: 'range'; readonly low: number; readonly high: number };

const NUMBER = String.raw`[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?`;

/** `< 0.5`, `>= 3`, `[0.95, 1]`: the only texts that are tolerances. Also committed to the JSON Schema. */
export const TOLERANCE_PATTERN = new RegExp(
  String.raw`^\s*(?:(?:<=|>=|==|!=|<|>)\s*${NUMBER}|\[\s*${NUMBER}\s*,\s*${NUMBER}\s*\])\s*$`,
);

const COMPARE = new RegExp(String.raw`^\s*(<=|>=|==|!=|<|>)\s*(${NUMBER})\s*$`);
const RANGE = new RegExp(String.raw`^\s*\[\s*(${NUMBER})\s*,\s*(${NUMBER})\s*\]\s*$`);

type Operator = Extract<Tolerance, { kind: 'compare' }>['operator'];

const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  (['<', '<=', '>', '>=', '==', '!='] as const).map((operator) => [operator, operator]),
);

/** The tolerance that a text or a pair of numbers stands for; null where it is none. */
export function parseTolerance(source: string | readonly [number, number]): Tolerance | null {
  if (typeof source !== 'string') return range(source[0], source[1]);
  const bounds = RANGE.exec(source);
  if (bounds !== null) return range(Number(bounds[1]), Number(bounds[2]));
  const compare = COMPARE.exec(source);
  const operator = OPERATORS.get(compare?.[1] ?? '');
  const value = Number(compare?.[2]);
  return operator === undefined || !Number.isFinite(value) ? null : { kind: 'compare', operator, value };
}

function range(low: number, high: number): Tolerance | null {
  return Number.isFinite(low) && Number.isFinite(high) && low <= high ? { kind: 'range', low, high } : null;
}

/** The tolerance in the author's notation. */
export function formatTolerance(tolerance: Tolerance): string {
  return tolerance.kind === 'range'
    ? `[${tolerance.low}, ${tolerance.high}]`
    : `${tolerance.operator} ${tolerance.value}`;
}
