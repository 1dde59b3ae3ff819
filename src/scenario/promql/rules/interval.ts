/** All values from `low` to `high`, both included. Infinity itself is no value: the judge takes it for unknown. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

export const ANY: Interval = { low: -Infinity, high: Infinity };
export const NOT_NEGATIVE: Interval = { low: 0, high: Infinity };
export const SHARE: Interval = { low: 0, high: 1 };

export function exactly(value: number): Interval {
  return Number.isFinite(value) ? { low: value, high: value } : ANY;
}

export function isExact({ low, high }: Interval): boolean {
  return low === high;
}

export function isNotNegative({ low }: Interval): boolean {
  return low >= 0;
}

export function hull(a: Interval, b: Interval): Interval {
  return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
}

export function overlap(a: Interval, b: Interval): Interval | null {
  const both = { low: Math.max(a.low, b.low), high: Math.min(a.high, b.high) };
  return both.low <= both.high ? both : null;
}

/** By a function that never falls. */
export function mapEnds({ low, high }: Interval, by: (value: number) => number): Interval {
  return { low: by(low), high: by(high) };
}

export function negated({ low, high }: Interval): Interval {
  return { low: -high, high: -low };
}

/** The next number that a sample can have, so that open ends need no word of their own. */
export function justAbove(value: number): number {
  if (!Number.isFinite(value)) return value;
  if (value === 0) return Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? 1n : -1n));
  return view.getFloat64(0);
}

export function justBelow(value: number): number {
  return -justAbove(-value);
}
