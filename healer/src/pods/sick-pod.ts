import type { Clock } from '../clock.ts';
import type { PodView } from '../cluster/pod.ts';
import type { WorkloadFacts } from '../cluster/workload-facts.ts';
import type { ActionFacts } from '../guards/action-facts.ts';
import type { Remedy, RemedyRequest, RemedyResult } from '../incidents/remedy.ts';
import type { Decision, SickTarget } from '../incidents/sick-target.ts';
import type { ActionType } from '../names.ts';
import { LADDER_ACTIONS } from '../policy/ladder.ts';
import type { RemediationSpec, RemediationStatus } from '../policy/remediation-schema.ts';
import { decide } from './decide.ts';
import { type FactSources, gatherFacts } from './gather.ts';
import { type LastLook, lookAgain, notNow } from './last-look.ts';
import { type PerformedAction, type PodCase, recallAction, withinMsOf } from './performed-action.ts';

export interface SickPodParts extends FactSources, LastLook {
  readonly remedies: ReadonlyMap<ActionType, Remedy>;
  readonly clock: Clock;
}

/** A pod that was found unhealthy under one condition of one policy: its ladder, its guards, its remedies. */
export class SickPod implements SickTarget {
  readonly incident: PodCase['incident'];
  readonly workload: RemediationSpec['workload'];
  readonly ownerReference: object | undefined;
  readonly #parts: SickPodParts;
  readonly #sick: PodCase & { readonly pod: PodView };
  #knownPods: readonly string[] = [];
  #recalled: PerformedAction | undefined;
  /** As it was when it was decided to act. */
  #decidedOn: WorkloadFacts | undefined;

  constructor(parts: SickPodParts, sick: PodCase & { readonly pod: PodView }) {
    this.#parts = parts;
    this.#sick = sick;
    this.incident = sick.incident;
    const workload = parts.cluster.workloadOf(sick.pod);
    this.workload = workload && recorded(workload);
    this.ownerReference = workload && ownerReference(workload);
  }

  resume(status: RemediationStatus | undefined): void {
    if (status?.phase !== 'Acted' || status.actedAt === undefined) return;
    this.#recalled = recallAction(this.#parts.cluster, this.#sick, status);
  }

  decide(nowMs: number): Decision {
    const facts = gatherFacts(this.#parts, this.#sick, nowMs);
    const decision = decide(facts, nowMs);
    const { cause, step, workload } = facts;
    this.#decidedOn = workload;
    if (decision.kind === 'act')
      return { kind: 'act', action: step.action, cause, generation: workload?.generation ?? 0 };
    // What a guard forbids for as long as this action is meant does not keep the next step back.
    const isKept = decision.refusal === 'StandsAside' && workload?.keptBy !== undefined && this.#isNodeFree(facts);
    return isKept ? { ...decision, kind: 'pass-over', action: step.action } : decision;
  }

  async apply(action: ActionType, stillMine: () => boolean): Promise<RemedyResult> {
    const { cluster, remedies } = this.#parts;
    this.#knownPods = cluster.podsOf(this.incident.owner).map(({ uid }) => uid);
    const remedy = remedies.get(action);
    if (remedy === undefined) return { kind: 'inapplicable', reason: 'this healer cannot do it' };
    const objection = await lookAgain(this.#parts, this.#sick);
    if (objection !== undefined) return objection;
    if (!stillMine()) return notNow('NotMyShard', 'the lease was lost just before acting');
    return remedy.apply(this.#request());
  }

  /** What was done, once it was. */
  performed(generation: number): PerformedAction {
    if (this.#recalled !== undefined) return this.#recalled;
    const { incident, policy, condition } = this.#sick;
    const action = LADDER_ACTIONS.find((each) => each === incident.action) ?? 'Notify';
    const seen = {
      workload: this.#decidedOn,
      generation,
      knownPods: this.#knownPods,
      withinMs: withinMsOf(this.#sick, action),
    };
    return { incident, policy, condition, action, ...seen };
  }

  /** Only the keeper of the workload stands in the way, nobody at work on the node. */
  #isNodeFree({ node }: ActionFacts): boolean {
    return this.#sick.pod.node === undefined || (node !== undefined && node.maintainedBy === undefined);
  }

  #request(): RemedyRequest {
    const { incident, condition } = this.#sick;
    const { id, policy, target, reason } = incident;
    return { incident: id, policy, condition: condition.type, target, workload: this.#decidedOn, reason };
  }
}

function recorded({ kind, name, uid, generation }: WorkloadFacts): RemediationSpec['workload'] {
  return { kind, name, uid, generation };
}

/** The record goes when its workload does. */
function ownerReference({ kind, name, uid }: WorkloadFacts): object {
  return { apiVersion: 'apps/v1', kind, name, uid, controller: false, blockOwnerDeletion: false };
}
