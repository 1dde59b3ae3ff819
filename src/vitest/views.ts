import type { Views } from '../adapters/evidence/run-folder.ts';
import { probePicture } from '../adapters/pictures/probe-picture.ts';
import { timelinePicture } from '../adapters/pictures/timeline-picture.ts';

/** The pictures that go into a run's folder; one that has nothing to show is left out. */
export const runViews: Views = (record) => {
  const pictures = [
    ['pictures/timeline.svg', timelinePicture(record)],
    ['pictures/probes.svg', probePicture(record)],
  ] as const;
  return new Map(pictures.flatMap(([path, picture]) => (picture === null ? [] : [[path, picture] as const])));
};
