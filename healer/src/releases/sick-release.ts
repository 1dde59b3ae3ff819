import type { RemedyResult } from '../incidents/remedy.ts';
import type { Decision, SickTarget } from '../incidents/sick-target.ts';
import type { ActionType } from '../names.ts';
import type { RemediationStatus } from '../policy/remediation-schema.ts';
import { actOnRelease, type ReleaseActParts } from './act-release.ts';
import type { ReleasePlan } from './decide-release.ts';
import type { ReleaseDiagnosis, ReleaseFactsReader } from './release-facts.ts';
import { objectionTo } from './release-guards.ts';
import { type ReleaseIncident, recallRelease } from './release-target.ts';

export interface SickReleaseParts extends ReleaseActParts {
  readonly facts: ReleaseFactsReader;
}

/** Nothing that the healer may do helps: looked at again when something changes, or after this. */
export const LEFT_ALONE_MS = 60_000;

/** A release whose newest revision was found unhealthy: its plan, its guards, helm. */
export class SickRelease implements SickTarget {
  readonly incident: ReleaseIncident;
  /** Many workloads belong to a release; its Remediation names none, and stays when they go. */
  readonly workload = undefined;
  readonly ownerReference = undefined;
  readonly #parts: SickReleaseParts;
  readonly #sick: ReleaseDiagnosis;

  constructor(parts: SickReleaseParts, sick: ReleaseDiagnosis) {
    this.#parts = parts;
    this.#sick = sick;
    this.incident = sick.incident;
  }

  resume(status: RemediationStatus | undefined, nowMs: number): void {
    recallRelease(this.incident, status, nowMs);
  }

  decide(nowMs: number): Decision {
    const { plan, latest } = this.#sick;
    if (plan.kind === 'leave') return leave(plan);
    const action = plan.kind === 'rollback' ? 'RollbackRelease' : 'UninstallRelease';
    const objection = objectionTo(this.#parts.facts.of(this.#sick, action), nowMs);
    return objection === undefined
      ? { kind: 'act', action, generation: latest.revision }
      : { kind: 'refuse', ...objection };
  }

  async apply(_action: ActionType, stillMine: () => boolean): Promise<RemedyResult> {
    const { plan } = this.#sick;
    if (plan.kind === 'leave') return { kind: 'inapplicable', reason: plan.reason };
    return actOnRelease(this.#parts, plan, stillMine);
  }
}

function leave({ why, reason }: Extract<ReleasePlan, { kind: 'leave' }>): Decision {
  if (why === 'gave-up') return { kind: 'give-up', reason, retryAfterMs: LEFT_ALONE_MS };
  const refusal = why === 'managed' ? 'StandsAside' : 'NothingToRollBackTo';
  return { kind: 'refuse', refusal, reason, retryAfterMs: LEFT_ALONE_MS };
}
