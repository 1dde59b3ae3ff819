import { LABELS } from '../../../healer/src/names.ts';
import {
  JANITOR,
  LEASE_TIMES,
  type LeaseHolder,
  type LeaseObject,
  type LeaseSpec,
  type MaybeLease,
  specOf,
} from './lab-lease.ts';

export function leaseTaken<L extends LeaseObject>(seen: L, { by, runId }: LeaseHolder, nowMs: number): L {
  const now = microTime(nowMs);
  const spec: LeaseSpec = {
    holderIdentity: by === 'run' ? runId : JANITOR,
    leaseDurationSeconds: LEASE_TIMES.durationMs / 1000,
    acquireTime: now,
    renewTime: now,
  };
  const annotations = { ...seen.metadata.annotations, [LABELS.run]: runId };
  return { ...seen, metadata: { ...seen.metadata, annotations }, spec };
}

export function leaseRenewed<L extends LeaseObject>(lease: L, nowMs: number): L {
  return { ...lease, spec: { ...specOf(lease), renewTime: microTime(nowMs) } };
}

export function leaseReleased<L extends LeaseObject>(lease: L): L {
  return { ...lease, spec: { ...specOf(lease), holderIdentity: '' } };
}

/** Whether it is still the same time that the same holder took it, however often it was renewed since. */
export function isSameHold(one: MaybeLease, other: MaybeLease): boolean {
  const [a, b] = [specOf(one), specOf(other)];
  return a.holderIdentity === b.holderIdentity && a.acquireTime === b.acquireTime;
}

/** Six decimals: the API server refuses anything else for a Lease. */
function microTime(atMs: number): string {
  return new Date(atMs).toISOString().replace('Z', '000Z');
}
