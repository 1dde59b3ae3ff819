import type { Part } from './part.ts';

/** Seconds of work that parts took on this machine before, by part id. */
export type Durations = Readonly<Record<string, number>>;

const MEASURED_CORES = 2;

/** What a part will take here: as long as last time, else the measured time scaled to the cores of this machine. */
export function expectedSeconds(part: Part, durations: Durations, cores: number): number {
  const scale = Math.min(2, Math.max(0.35, MEASURED_CORES / cores));
  return durations[part.id] ?? part.expectedSeconds * scale;
}

/** Seconds until all is built: every part but the last few fills the machine, so the work adds up. */
export function leftSeconds(
  todo: Iterable<Part>,
  doneOf: ReadonlyMap<string, number>,
  expect: (part: Part) => number,
): number {
  let left = 0;
  for (const part of todo) left += Math.max(1, expect(part) - (doneOf.get(part.id) ?? 0));
  return Math.round(left);
}
