import type { Tolerance } from '../../scenario/model/tolerance.ts';

/** Whether a value is in tolerance; what is not a finite number never is. */
export function isInTolerance(value: number | null | undefined, tolerance: Tolerance): boolean {
  if (typeof value !== 'number' || !Number.isFinite(value)) return false;
  if (tolerance.kind === 'range') return value >= tolerance.low && value <= tolerance.high;
  return compare(value, tolerance.operator, tolerance.value);
}

function compare(value: number, operator: Extract<Tolerance, { kind: 'compare' }>['operator'], limit: number): boolean {
  if (!Number.isFinite(limit)) return false;
  switch (operator) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '==':
      return value === limit;
    case '!=':
      return value !== limit;
  }
}

/** A tolerance as its author would write it. */
export function toleranceText(tolerance: Tolerance): string {
  return tolerance.kind === 'range'
    ? `[${tolerance.low}, ${tolerance.high}]`
    : `${tolerance.operator} ${tolerance.value}`;
}
