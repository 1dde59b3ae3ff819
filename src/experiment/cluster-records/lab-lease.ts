import { LABELS } from '../../../healer/src/names.ts';
import { DEAD_MAN } from './undo.ts';

/** The lab's one Lease: whoever holds it has the lab, so that two runs never meet on it. */
export const LAB_LEASE = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  namespace: DEAD_MAN.namespace,
  name: 'healproof-run',
} as const;

export const LEASE_TIMES = {
  /** A holder that is silent for longer is gone. */
  durationMs: 10_000,
  renewEveryMs: 2_000,
  /** A holder that could not renew for so long stops by itself: a second before anybody may think that it is gone. */
  giveUpAfterMs: 9_000,
} as const;

/** The janitor's holder identity. A run's is its id, which begins with a date and so is never this one. */
export const JANITOR = 'janitor';

/** A run, or the janitor while it takes back what a run left; then `runId` is that run, empty where nobody wrote which. */
export interface LeaseHolder {
  readonly by: 'run' | 'janitor';
  readonly runId: string;
}

export interface LeaseSpec {
  readonly holderIdentity?: string | null;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string | null;
  readonly renewTime?: string | null;
}

/** As much of the object in the cluster as matters here. */
export interface LeaseObject {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: unknown;
}

export type MaybeLease = LeaseObject | null;

/** Null where the Lease was never made or was given back: only then may a run take it. */
export function holderOf(lease: MaybeLease): LeaseHolder | null {
  const identity = specOf(lease).holderIdentity ?? '';
  if (identity === '') return null;
  if (identity !== JANITOR) return { by: 'run', runId: identity };
  return { by: 'janitor', runId: lease?.metadata.annotations?.[LABELS.run] ?? '' };
}

export function usedBy({ by, runId }: LeaseHolder): string {
  if (by === 'run') return `run ${runId} is using this lab`;
  return runId === '' ? 'the janitor is using this lab' : `the janitor is taking back run ${runId}`;
}

/**
 * A renewal time close to now shows that the holder lives. Another one shows nothing: the holder's clock may be wrong, so
 * whether it is gone is for a `LeaseWatch` to say.
 */
export function isLatelyRenewed(lease: MaybeLease, nowMs: number): boolean {
  return Math.abs(nowMs - Date.parse(specOf(lease).renewTime ?? '')) <= LEASE_TIMES.durationMs;
}

/** What is silent for longer is gone. A holder may promise more time than is usual, never less: it could not keep that. */
export function durationMsOf(lease: MaybeLease): number {
  const promisedMs = Number(specOf(lease).leaseDurationSeconds) * 1000;
  return Math.max(promisedMs || 0, LEASE_TIMES.durationMs);
}

export function specOf(lease: MaybeLease): LeaseSpec {
  return (lease?.spec ?? {}) as LeaseSpec;
}
