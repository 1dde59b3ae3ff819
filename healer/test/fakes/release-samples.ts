import type { RolloutView } from '../../src/cluster/rollout.ts';
import type { ReleaseWorkload } from '../../src/releases/secrets/manifest.ts';
import type { ReleaseRevision } from '../../src/releases/secrets/release.ts';
import { NOW_MS } from './samples.ts';

/** Deployment `shop-release` of release `shop-release`. */
export function workload(changes: Partial<ReleaseWorkload> = {}): ReleaseWorkload {
  const base = { kind: 'Deployment', namespace: 'shop', name: 'shop-release', optedOut: false } as const;
  return { ...base, labels: { app: 'shop-release' }, ...changes };
}

/** A deployed revision, ten minutes old; its content is its own unless told otherwise. */
export function revision(changes: Partial<ReleaseRevision> = {}): ReleaseRevision {
  const number = changes.revision ?? 1;
  return {
    namespace: 'shop',
    release: 'shop-release',
    revision: number,
    uid: `uid-${number}`,
    status: 'deployed',
    description: 'Upgrade complete',
    rollback: false,
    createdAtMs: NOW_MS - 600_000,
    changedAtMs: NOW_MS - 600_000,
    content: `content-${number}`,
    workloads: [workload()],
    manager: undefined,
    ...changes,
  };
}

/** A rollout of three pods that is complete. */
export function rollout(changes: Partial<RolloutView> = {}): RolloutView {
  return {
    kind: 'Deployment',
    namespace: 'shop',
    name: 'shop-release',
    uid: 'deployment-1',
    observed: true,
    desired: 3,
    updated: 3,
    available: 3,
    total: 3,
    wasComplete: true,
    deadlineExceeded: false,
    progressDeadlineMs: 600_000,
    progressedAtMs: NOW_MS - 300_000,
    onHold: false,
    ...changes,
  };
}
