import type { RemediationSpec } from '../policy/remediation-schema.ts';

/** What the shards are told about a Remediation: who may act on its target may write it. */
export function ownerIn({ target, workload }: RemediationSpec): string {
  if (target.kind === 'HelmRelease') return releaseOwner(`${target.namespace}/${target.name}`);
  return workload?.uid ?? target.uid;
}

/** What the shards are told about a release. */
export function releaseOwner(key: string): string {
  return `Release/${key}`;
}
