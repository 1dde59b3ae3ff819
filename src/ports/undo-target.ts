import type { Kube } from './kube.ts';

/** The few verbs that taking a change back needs; the janitor has rights for these alone. */
export type UndoTarget = Pick<Kube, 'get' | 'list' | 'create' | 'remove' | 'patch' | 'scale'>;
