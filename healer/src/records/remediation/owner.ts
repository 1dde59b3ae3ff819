import type { RemediationSpec } from '../../policy/remediation-schema.ts';
import { releaseOwner } from '../../release-incident.ts';

/** What the shards are told about a Remediation: who may act on its target may write it. */
export function ownerIn({ target, workload }: RemediationSpec): string {
  if (target.kind === 'HelmRelease') return releaseOwner(`${target.namespace}/${target.name}`);
  return workload?.uid ?? target.uid;
}
