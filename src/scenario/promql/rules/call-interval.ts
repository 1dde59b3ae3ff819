import { ANY, type Interval, isExact, mapEnds, NOT_NEGATIVE, SHARE } from './interval.ts';

type FromArguments = (...values: readonly Interval[]) => Interval;

const same: FromArguments = (values = ANY) => values;
const mapped =
  (by: (value: number) => number): FromArguments =>
  (values = ANY) =>
    mapEnds(values, by);

/** Functions behind which large stays large. */
const IN_ORDER: Readonly<Record<string, FromArguments>> = {
  sort: same,
  sort_desc: same,
  label_replace: same,
  label_join: same,
  vector: same,
  scalar: same,
  min_over_time: same,
  max_over_time: same,
  avg_over_time: same,
  last_over_time: same,
  quantile_over_time: (share = ANY, values = ANY) =>
    isExact(share) && share.low >= 0 && share.high <= 1 ? values : ANY,
  clamp: (values = ANY, least = ANY, most = ANY) => atMost(atLeast(values, least), most),
  clamp_min: (values = ANY, least = ANY) => atLeast(values, least),
  clamp_max: (values = ANY, most = ANY) => atMost(values, most),
  ceil: mapped(Math.ceil),
  floor: mapped(Math.floor),
  round: (values = ANY, nearest) => (nearest === undefined ? mapEnds(values, (value) => Math.floor(value + 0.5)) : ANY),
  sgn: mapped(Math.sign),
  exp: () => NOT_NEGATIVE,
  sqrt: () => NOT_NEGATIVE,
};

const between = (low: number, high: number): FromArguments => {
  return () => ({ low, high });
};

const OUT_OF_ORDER: Readonly<Record<string, FromArguments>> = {
  abs: () => NOT_NEGATIVE,
  rate: () => NOT_NEGATIVE,
  irate: () => NOT_NEGATIVE,
  increase: () => NOT_NEGATIVE,
  changes: () => NOT_NEGATIVE,
  resets: () => NOT_NEGATIVE,
  stddev_over_time: () => NOT_NEGATIVE,
  stdvar_over_time: () => NOT_NEGATIVE,
  histogram_count: () => NOT_NEGATIVE,
  histogram_fraction: () => SHARE,
  time: () => NOT_NEGATIVE,
  timestamp: () => NOT_NEGATIVE,
  pi: between(Math.PI, Math.PI),
  minute: between(0, 59),
  hour: between(0, 23),
  day_of_week: between(0, 6),
  day_of_month: between(1, 31),
  day_of_year: between(1, 366),
  days_in_month: between(28, 31),
  month: between(1, 12),
};

/** What a function can answer, from what its arguments can be. */
export function callInterval(name: string, values: readonly Interval[]): Interval {
  return (IN_ORDER[name] ?? OUT_OF_ORDER[name])?.(...values) ?? ANY;
}

export function keepsOrder(name: string): boolean {
  return name in IN_ORDER;
}

function atLeast(values: Interval, bound: Interval): Interval {
  return { low: Math.max(values.low, bound.low), high: Math.max(values.high, bound.high) };
}

function atMost(values: Interval, bound: Interval): Interval {
  return { low: Math.min(values.low, bound.low), high: Math.min(values.high, bound.high) };
}
