import type { ObjectStore } from '../kube/object-store.ts';
import type { RemediationSpec } from '../policy/remediation-schema.ts';
import type { ShardOwnership } from '../shards/ownership.ts';
import { ownerIn } from './owner.ts';
import type { RemediationOwnership } from './remediation-ownership.ts';
import { hasEnded, type RemediationView } from './view.ts';

export type LeftBehind = RemediationView & { readonly spec: RemediationSpec };

/** What a holder left unfinished that is no more: Remediations that have not ended, of a replica's shards, and not its own. */
export function leftBehind(
  views: Pick<ObjectStore<RemediationView>, 'values'>,
  kind: RemediationSpec['target']['kind'],
  remediations: Pick<RemediationOwnership, 'knows'>,
  shards: Pick<ShardOwnership, 'mayActOn'>,
): LeftBehind[] {
  return [...views.values()].flatMap((view) => {
    const { spec } = view;
    if (spec?.target.kind !== kind || hasEnded(view) || remediations.knows(spec.incident)) return [];
    return shards.mayActOn(ownerIn(spec)) ? [{ ...view, spec }] : [];
  });
}
