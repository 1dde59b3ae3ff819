import type { Part } from './part.ts';

/** Seconds that parts took on this machine before, by part id. */
export type Durations = Readonly<Record<string, number>>;

const MEASURED_CORES = 2;

/** What a part will take here: as long as last time, else the measured time scaled to the cores of this machine. */
export function expectedSeconds(part: Part, durations: Durations, cores: number): number {
  const scale = Math.min(2, Math.max(0.35, MEASURED_CORES / cores));
  return durations[part.id] ?? part.expectedSeconds * scale;
}

export interface Running {
  readonly id: string;
  readonly elapsedSeconds: number;
}

/**
 * Seconds until all is built: the longest chain of parts that wait for each other,
 * or all the work shared out over the lanes, whichever is longer.
 */
export function leftSeconds(
  todo: readonly Part[],
  running: readonly Running[],
  expect: (part: Part) => number,
  lanes: number,
): number {
  const elapsed = new Map(running.map((r) => [r.id, r.elapsedSeconds]));
  const own = new Map(todo.map((part) => [part.id, Math.max(1, expect(part) - (elapsed.get(part.id) ?? 0))]));
  const chain = new Map<string, number>();
  for (const part of todo) {
    const before = Math.max(0, ...part.needs.map((id) => chain.get(id) ?? 0));
    chain.set(part.id, before + (own.get(part.id) ?? 0));
  }
  const work = [...own.values()].reduce((sum, seconds) => sum + seconds, 0);
  return Math.round(Math.max(0, work / Math.min(lanes, Math.max(1, todo.length)), ...chain.values()));
}
