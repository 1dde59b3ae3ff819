import { linearRegression } from 'simple-statistics';

export interface Reading {
  readonly minute: number;
  readonly mib: number;
}

/** Two-sided 95 % quantile of Student's t by degrees of freedom, the first being 1; 1.96 from far on. */
const STUDENT = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11];

/**
 * Growth per hour and half the width of its 95 % interval, over the means of whole minutes: readings that follow each other
 * closely depend on each other and would make the interval too narrow.
 */
export function slopeOf(readings: readonly Reading[]): { readonly perHour: number; readonly plusMinus: number } {
  const blocks = Map.groupBy(readings, ({ minute }) => Math.floor(minute));
  const points = [...blocks].map(([minute, list]) => [minute, mean(list.map(({ mib }) => mib))]);
  const { m, b } = linearRegression(points);
  const middle = mean(points.map(([x = 0]) => x));
  const spread = points.reduce((sum, [x = 0]) => sum + (x - middle) ** 2, 0);
  const residual = points.reduce((sum, [x = 0, y = 0]) => sum + (y - (m * x + b)) ** 2, 0);
  const degrees = points.length - 2;
  const error = Math.sqrt(residual / degrees / spread);
  return { perHour: m * 60, plusMinus: 60 * error * (STUDENT[degrees - 1] ?? 1.96) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
