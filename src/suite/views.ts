import type { PutAway, Views } from '../adapters/evidence/run-folder.ts';
import { probePicture } from '../adapters/pictures/probe-picture.ts';
import { timelinePicture } from '../adapters/pictures/timeline-picture.ts';
import type { RunRecord } from '../experiment/run-record/run-record.ts';
import type { FinishedRun } from '../ports/result-writer.ts';

interface Picture {
  readonly name: string;
  /** In the run's folder. */
  readonly path: string;
  /** SVG; null where there is nothing to show. */
  draw(record: RunRecord): string | null;
}

/** Every picture of a run, in the order in which they are looked at. */
const PICTURES: readonly Picture[] = [
  { name: 'Timeline', path: 'pictures/timeline.svg', draw: timelinePicture },
  { name: 'Probes', path: 'pictures/probes.svg', draw: probePicture },
];

/** The pictures that go into a run's folder; one that has nothing to show is left out. */
export const runViews: Views = (record) => {
  const drawn = PICTURES.map(({ path, draw }) => [path, draw(record)] as const);
  return new Map(drawn.flatMap(([path, picture]) => (picture === null ? [] : [[path, picture] as const])));
};

/** A run that was put away, as those who tell of it get it. */
export function finishedRun(run: PutAway): FinishedRun {
  const held = new Set(run.record.files.filter(({ bytes }) => bytes > 0).map(({ path }) => path));
  return { ...run, pictures: PICTURES.filter(({ path }) => held.has(path)).map(({ name, path }) => ({ name, path })) };
}
