import type { Views } from '../adapters/evidence/run-folder.ts';
import { probePicture } from '../adapters/pictures/probe-picture.ts';
import { timelinePicture } from '../adapters/pictures/timeline-picture.ts';

/** Pictures of a run, by name; the path is in the run's folder. */
export const PICTURES = { Timeline: 'pictures/timeline.svg', Probes: 'pictures/probes.svg' } as const;

/** The pictures that go into a run's folder; one that has nothing to show is left out. */
export const runViews: Views = (record) => {
  const pictures = [
    [PICTURES.Timeline, timelinePicture(record)],
    [PICTURES.Probes, probePicture(record)],
  ] as const;
  return new Map(pictures.flatMap(([path, picture]) => (picture === null ? [] : [[path, picture] as const])));
};
