import type { Views } from '../adapters/evidence/run-folder.ts';

/** The pictures that go into a run's folder. */
export const runViews: Views = () => new Map();
