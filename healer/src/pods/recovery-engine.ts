import type { Clock } from '../clock.ts';
import type { RemedyWorkload, WorkloadFacts } from '../cluster/workload-facts.ts';
import type { ActionFacts } from '../guards/action-facts.ts';
import type { Incident } from '../incidents/incident.ts';
import type { IncidentRecorder } from '../incidents/incident-recorder.ts';
import type { Outcome, Remedy, RemedyRequest } from '../incidents/remedy.ts';
import { KubeError } from '../kube/kube-error.ts';
import type { ActionType } from '../names.ts';
import type { RemediationStatus } from '../policy/remediation-schema.ts';
import { type RemediationOwnership, specOf } from '../remediations/remediation-ownership.ts';
import { toTime } from '../remediations/view.ts';
import { causeOf } from './condition/cause.ts';
import { decide } from './decide.ts';
import { type FactSources, gatherFacts } from './gather.ts';
import { type LastLook, lookAgain, notNow } from './last-look.ts';
import type { Case, PerformedAction, Treatment } from './pod-case.ts';

export interface RecoveryOptions extends FactSources, LastLook {
  readonly remedies: ReadonlyMap<ActionType, Remedy>;
  readonly remediations: Pick<RemediationOwnership, 'claim' | 'advance'>;
  readonly recorder: IncidentRecorder;
  readonly clock: Clock;
}

const RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

type Decided = ActionFacts & { readonly cause: NonNullable<RemediationStatus['cause']> };

/** Decides about a sick pod and carries the decision out: claim, intent, last look, action, record. */
export class RecoveryEngine {
  readonly #options: RecoveryOptions;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  async treat(sick: Case): Promise<Treatment> {
    const { clock, recorder, cluster } = this.#options;
    const { incident } = sick;
    const mine = this.#options.shards.mayActOn(cluster.ownerOf(sick.pod));
    const taken = mine ? await this.#claim(sick) : undefined;
    if (taken !== undefined) return taken;
    const nowMs = clock.nowMs();
    const facts = this.#gather(sick, nowMs);
    const decision = decide(facts, nowMs);
    if (decision.kind === 'act') return this.#act(sick, facts, nowMs);
    // What a guard forbids for as long as this action is meant does not keep the next step back.
    if (decision.refusal === 'StandsAside' && facts.workload?.keptBy !== undefined && isAlone(sick, facts)) {
      incident.inapplicable.set(facts.step.action, decision.reason);
      recorder.refused(incident, decision.refusal, decision.reason);
      return { kind: 'waiting', retryAfterMs: 0 };
    }
    recorder.refused(incident, decision.refusal, decision.reason);
    return { kind: 'waiting', retryAfterMs: decision.retryAfterMs };
  }

  #gather(sick: Case, nowMs: number): Decided {
    const { cluster } = this.#options;
    const facts = gatherFacts(this.#options, sick, nowMs);
    const cause = causeOf(sick.condition.type, facts.workload, cluster.isOfNewRevision(sick.pod));
    return { ...facts, cause };
  }

  /** Undefined once the incident is this replica's own and nothing was done about it yet. */
  async #claim(sick: Case): Promise<Treatment | undefined> {
    const { remediations, recorder, cluster, clock } = this.#options;
    const { incident, pod } = sick;
    const workload = cluster.workloadOf(pod);
    try {
      const claim = await remediations.claim(
        incident,
        specOf(incident, workload && recorded(workload)),
        workload && ownerRef(workload),
      );
      if (claim.kind === 'held') return this.#resume(sick, claim.status);
      if (claim.kind === 'over') return { kind: 'over', retryAfterMs: RETRY_MS };
      recorder.refused(incident, 'NoClaim', claim.reason);
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      recorder.refused(incident, 'NoClaim', error.message);
      incident.holdUntilMs = clock.nowMs() + (error.retryAfterMs ?? RETRY_MS);
    }
    return { kind: 'waiting', retryAfterMs: RETRY_MS };
  }

  /** An earlier holder may have acted already; then only the effect is still to be seen. */
  #resume(sick: Case, status: RemediationStatus | undefined): Treatment | undefined {
    if (status?.phase !== 'Acted' || status.actedAt === undefined || sick.incident.actedAtMs !== undefined)
      return undefined;
    const performed = this.recall(sick, status);
    return performed === undefined ? undefined : { kind: 'acted', performed };
  }

  /** What an earlier holder did, from its record. */
  recall(
    sick: Pick<Case, 'incident' | 'policy' | 'condition'> & { readonly pod?: Case['pod'] | undefined },
    status: RemediationStatus,
  ): PerformedAction | undefined {
    const { cluster } = this.#options;
    const { incident, policy, condition } = sick;
    const step = condition.steps.find(({ action }) => action === status.action);
    if (step === undefined) return undefined;
    const atMs = Date.parse(status.actedAt ?? status.decidedAt ?? toTime(incident.detectedAtMs));
    incident.actedAtMs = atMs;
    incident.action = step.action;
    // The API server knows the second in which a pod was made, no more.
    const secondMs = Math.floor(atMs / 1000) * 1000;
    const knownPods = cluster
      .podsOf(incident.owner)
      .filter(({ createdAtMs = 0 }) => createdAtMs < secondMs)
      .map(({ uid }) => uid);
    const workload = cluster.workload(incident.owner);
    const generation = status.generation ?? 0;
    const withinMs = step.withinMs ?? policy.limits.verifyWithinMs;
    return { incident, policy, condition, action: step.action, withinMs, workload, generation, knownPods };
  }

  async #act(sick: Case, facts: Decided, nowMs: number): Promise<Treatment> {
    const { actionHistory, recorder, cluster } = this.#options;
    const { incident, pod, policy, condition } = sick;
    const { step, workload } = facts;
    const owner = cluster.ownerOf(pod);
    incident.decidedAtMs = nowMs;
    incident.action = step.action;
    // In the action history before anything is awaited: the next decision must already see this one.
    actionHistory.remove(incident.id);
    const { generation = 0 } = workload ?? {};
    const { id, policy: name } = incident;
    const entry = { incident: id, policy: name, namespace: pod.namespace, condition: condition.type, workload: owner };
    actionHistory.add({ ...entry, action: step.action, generation, atMs: nowMs });
    const knownPods = cluster.podsOf(owner).map(({ uid }) => uid);
    const outcome = await this.#carryOut(sick, facts, nowMs);
    if (outcome.kind !== 'accepted') return this.#notActed(incident, facts, outcome);
    incident.actedAtMs = outcome.actedAtMs;
    const after = outcome.generation ?? generation;
    actionHistory.add({ ...entry, action: step.action, generation, generationAfter: after, atMs: nowMs });
    recorder.acted(incident, { generation: after, detail: outcome.detail });
    const withinMs = step.withinMs ?? policy.limits.verifyWithinMs;
    const seen = { workload, generation: after, knownPods, withinMs };
    return { kind: 'acted', performed: { incident, policy, condition, action: step.action, ...seen } };
  }

  async #carryOut(sick: Case, facts: Decided, nowMs: number): Promise<Outcome> {
    const { shards, cluster, remedies } = this.#options;
    const { incident, pod } = sick;
    const remedy = remedies.get(facts.step.action);
    if (remedy === undefined) return { kind: 'inapplicable', reason: 'this healer cannot do it' };
    const owner = cluster.ownerOf(pod);
    if (!(await shards.confirm(owner)))
      return notNow('NotMyShard', 'the lease could not be confirmed just before acting');
    // Another replica may have spent the policy's budget meanwhile; confirming brought its intents.
    const { clock } = this.#options;
    const again = decide(this.#gather(sick, clock.nowMs()), clock.nowMs());
    if (again.kind === 'refuse') return { ...again, kind: 'refused' };
    const objection = (await this.#intend(incident, facts, nowMs)) ?? (await lookAgain(this.#options, sick));
    if (objection !== undefined) return objection;
    if (!shards.mayActOn(owner)) return notNow('NotMyShard', 'the lease was lost just before acting');
    return remedy.apply(toRemedyCase(sick, facts.workload));
  }

  /** What is about to be done is written down first; who cannot write it does not do it. */
  async #intend(incident: Incident, { step, cause }: Decided, nowMs: number): Promise<Outcome | undefined> {
    const { remediations } = this.#options;
    incident.intended = true;
    const changes = {
      phase: 'Acting',
      reason: incident.reason,
      cause,
      action: step.action,
      decidedAt: toTime(nowMs),
    } as const;
    try {
      const objection = await remediations.advance(incident.id, { ...changes, attempts: incident.failures + 1 });
      return objection === undefined ? undefined : notNow('NoClaim', objection);
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      return notNow('NoClaim', error.message);
    }
  }

  #notActed(incident: Incident, { step }: Decided, outcome: Exclude<Outcome, { kind: 'accepted' }>): Treatment {
    const { clock, actionHistory, recorder } = this.#options;
    incident.unsure ||= outcome.kind === 'failed' && outcome.unsure;
    if (!incident.unsure) actionHistory.remove(incident.id);
    if (outcome.kind === 'inapplicable') {
      incident.inapplicable.set(step.action, outcome.reason);
      return { kind: 'waiting', retryAfterMs: 0 };
    }
    const growth = outcome.kind === 'failed' ? 2 ** Math.min(incident.failures, 10) : 1;
    const retryAfterMs = Math.min(LONGEST_RETRY_MS, outcome.retryAfterMs * growth);
    if (outcome.kind === 'refused') recorder.refused(incident, outcome.refusal, outcome.reason);
    else recorder.failed(incident, outcome.reason, 'error');
    incident.holdUntilMs = clock.nowMs() + retryAfterMs;
    return { kind: 'waiting', retryAfterMs };
  }
}

/** Only the keeper of the workload stands in the way, nobody at work on the node. */
function isAlone({ pod }: Case, { node }: ActionFacts): boolean {
  return pod.node === undefined || (node !== undefined && node.maintainedBy === undefined);
}

function recorded({ kind, name, uid, generation }: WorkloadFacts): {
  kind: string;
  name: string;
  uid: string;
  generation: number;
} {
  return { kind, name, uid, generation };
}

/** The record goes when its workload does. */
function ownerRef({ kind, name, uid }: WorkloadFacts): object {
  return { apiVersion: 'apps/v1', kind, name, uid, controller: false, blockOwnerDeletion: false };
}

function toRemedyCase({ incident, condition }: Case, workload: WorkloadFacts | undefined): RemedyRequest {
  const { id, policy, target, reason } = incident;
  return {
    incident: id,
    policy,
    condition: condition.type,
    target,
    workload: workload && toRemedyWorkload(workload),
    reason,
  };
}

function toRemedyWorkload({ kind, namespace, name, uid, generation }: WorkloadFacts): RemedyWorkload {
  return { kind, namespace, name, uid, generation };
}
