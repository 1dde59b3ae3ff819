import type { PastAction } from './action-history.ts';
import { ownerIn } from './owner.ts';
import type { RemediationView } from './view.ts';

/** The action that a Remediation tells of, for the action history; undefined while there is none. Pure. */
export function entryOf({ spec, status }: RemediationView): PastAction | undefined {
  const { action, decidedAt, phase, outcome, generation } = status ?? {};
  if (spec === undefined || action === undefined || decidedAt === undefined) return undefined;
  // A refusal after the intent: the action was not carried out.
  if (phase === 'Refused' || phase === 'Detected' || outcome === 'none') return undefined;
  return {
    incident: spec.incident,
    policy: spec.policy,
    namespace: spec.target.namespace,
    condition: spec.condition,
    action,
    workload: ownerIn(spec),
    generation: spec.workload?.generation ?? spec.target.revision ?? 0,
    generationAfter: generation,
    atMs: Date.parse(decidedAt),
    outcome,
  };
}
