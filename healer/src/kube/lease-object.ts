import { type V1Lease, V1MicroTime } from '@kubernetes/client-node';
import type { LeaseWrite, StoredLease } from './lease.ts';

/** On every Lease of the healer, so that one list brings them all. */
export const LEASE_LABELS: Readonly<Record<string, string>> = { 'healproof.dev/role': 'healer-lease' };

export function fromV1Lease(lease: V1Lease): StoredLease {
  const { spec, metadata } = lease;
  return {
    holder: spec?.holderIdentity ?? '',
    durationMs: (spec?.leaseDurationSeconds ?? 0) * 1000,
    resourceVersion: metadata?.resourceVersion ?? '',
    transitions: spec?.leaseTransitions ?? 0,
    acquiredAt: spec?.acquireTime === undefined ? undefined : new Date(spec.acquireTime).toISOString(),
    annotations: metadata?.annotations ?? {},
  };
}

/** Without a resource version the Lease is meant for creation. */
export function toV1Lease(namespace: string, name: string, write: LeaseWrite, resourceVersion?: string): V1Lease {
  const acquiredAt = write.acquiredAt === undefined ? new V1MicroTime() : new V1MicroTime(write.acquiredAt);
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name,
      namespace,
      labels: { ...LEASE_LABELS },
      annotations: { ...write.annotations },
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    spec: {
      holderIdentity: write.holder,
      leaseDurationSeconds: Math.ceil(write.durationMs / 1000),
      leaseTransitions: write.transitions,
      acquireTime: acquiredAt,
      renewTime: new V1MicroTime(),
    },
  };
}
