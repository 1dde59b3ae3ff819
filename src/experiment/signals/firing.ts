import type { AlertPoint, AlertWatch } from '../evidence/signals.ts';
import { intervalOf } from './signal-coverage.ts';

/** Evaluations in a row at which one series of an alert was firing, epoch ms. */
export interface Firing {
  readonly fromMs: number;
  readonly toMs: number;
}

/** With that many intervals between two points the alert was over in between. */
const LONGEST_GAP_INTERVALS = 2.5;

/** Points that lie further apart than this, ms, are of two firings. Without a known interval no two are. */
export function gapMs(watch: AlertWatch): number {
  return LONGEST_GAP_INTERVALS * (intervalOf(watch) ?? Number.POSITIVE_INFINITY);
}

/** When an alert fired, each series by itself, in order of time. */
export function firingsOf(watch: AlertWatch): Firing[] {
  const limitMs = gapMs(watch);
  const bySeries = Map.groupBy(watch.points, ({ labels }) => JSON.stringify(Object.entries(labels).sort()));
  return [...bySeries.values()].flatMap((points) => stretches(points, limitMs)).sort((a, b) => a.fromMs - b.fromMs);
}

function stretches(points: readonly AlertPoint[], limitMs: number): Firing[] {
  const found: Firing[] = [];
  for (const { atMs } of points.toSorted((a, b) => a.atMs - b.atMs)) {
    const open = found.at(-1);
    if (open === undefined || atMs - open.toMs > limitMs) found.push({ fromMs: atMs, toMs: atMs });
    else found[found.length - 1] = { ...open, toMs: atMs };
  }
  return found;
}
