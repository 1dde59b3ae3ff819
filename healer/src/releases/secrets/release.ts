import type { ReleaseWorkload } from './manifest.ts';

/** Closed list of what Helm says about a revision. */
export const RELEASE_STATUSES = [
  'unknown',
  'deployed',
  'uninstalled',
  'superseded',
  'failed',
  'uninstalling',
  'pending-install',
  'pending-upgrade',
  'pending-rollback',
] as const;
export type ReleaseStatus = (typeof RELEASE_STATUSES)[number];

/** What the healer keeps of one revision of a release. Times are epoch milliseconds of the API server's clock. */
export interface ReleaseRevision {
  readonly namespace: string;
  readonly release: string;
  readonly revision: number;
  /** Of the Secret: tells a release from a later one of its name. */
  readonly uid: string;
  readonly status: ReleaseStatus;
  readonly description: string;
  /** Made by a rollback, whoever asked for it. */
  readonly rollback: boolean;
  /** When whoever made this revision began. */
  readonly createdAtMs: number;
  /** When its status last changed. */
  readonly changedAtMs: number;
  /** Digest of the manifest: two revisions with the same content break in the same way. */
  readonly content: string;
  readonly workloads: readonly ReleaseWorkload[];
  /** Who else brings the release back to what it should be, e.g. Flux. */
  readonly manager: string | undefined;
}

export function isPending(status: ReleaseStatus): boolean {
  return status.startsWith('pending-');
}

/** Helm keeps no other trace of a rollback than its status while it runs and these descriptions after it. */
export function isRollback(status: ReleaseStatus, description: string): boolean {
  return status === 'pending-rollback' || /^Rollback (?:to \d+$|".*" failed)/.test(description);
}

export function releaseKey({ namespace, release }: Pick<ReleaseRevision, 'namespace' | 'release'>): string {
  return `${namespace}/${release}`;
}
