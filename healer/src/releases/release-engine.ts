import type { Clock } from '../clock.ts';
import { refused } from '../incidents/refused.ts';
import type { Outcome } from '../incidents/remedy.ts';
import { KubeError } from '../kube/kube-error.ts';
import type { ActionHistory } from '../remediations/action-history.ts';
import { releaseOwner } from '../remediations/owner.ts';
import { type RemediationOwnership, specOf } from '../remediations/remediation-ownership.ts';
import { toTime } from '../remediations/view.ts';
import type { ShardOwnership } from '../shards/ownership.ts';
import { actOnRelease, type ReleaseAct, type ReleaseActParts } from './act-release.ts';
import type { ReleasePolicy } from './condition/release-policy.ts';
import type { ReleasePlan } from './decide-release.ts';
import { objectionTo, type ReleaseFacts } from './release-guards.ts';
import { type ReleaseIncident, recall } from './release-incident.ts';
import type { ReleaseRecorder } from './release-recorder.ts';
import type { ReleaseRevision } from './secrets/release.ts';

export interface ReleaseEngineParts extends Omit<ReleaseActParts, 'clock'> {
  readonly remediations: Pick<RemediationOwnership, 'claim' | 'advance'>;
  readonly actionHistory: ActionHistory;
  readonly recorder: ReleaseRecorder;
  readonly shards: ShardOwnership;
  readonly clock: Clock;
  readonly facts: (sick: SickRelease) => ReleaseFacts;
}

export interface SickRelease {
  readonly incident: ReleaseIncident;
  readonly latest: ReleaseRevision;
  readonly policy: ReleasePolicy;
  readonly plan: ReleasePlan;
}

/** When the release is looked at again; `over`: somebody ended the incident, what is sick is the next episode. */
export interface ReleaseTreatment {
  readonly afterMs: number;
  readonly over?: true;
}

const LOOK_AGAIN_MS = 1_000;
const LEFT_ALONE_MS = 60_000;
const LONGEST_RETRY_MS = 60_000;

/** Decides about a sick release and carries the decision out: claim, intent, last look, action, record. */
export class ReleaseEngine {
  readonly #parts: ReleaseEngineParts;

  constructor(parts: ReleaseEngineParts) {
    this.#parts = parts;
  }

  async treat(sick: SickRelease): Promise<ReleaseTreatment> {
    const { clock, recorder, shards, facts } = this.#parts;
    const { incident, plan } = sick;
    const nowMs = clock.nowMs();
    if (nowMs < incident.holdUntilMs) return { afterMs: incident.holdUntilMs - nowMs };
    if (shards.mayActOn(releaseOwner(incident.key))) {
      const taken = await this.#claim(incident);
      if (taken !== undefined) return taken;
    }
    if (plan.kind === 'leave') return this.#leave(incident, plan);
    const objection = objectionTo(facts(sick), nowMs);
    if (objection === undefined) return this.#act(sick, plan);
    recorder.refused(incident, objection.refusal, objection.reason);
    return { afterMs: objection.retryAfterMs };
  }

  /** Undefined once the incident is this replica's own and nothing is known to have been done about it. */
  async #claim(incident: ReleaseIncident): Promise<ReleaseTreatment | undefined> {
    const { remediations, recorder, clock } = this.#parts;
    try {
      const claim = await remediations.claim(incident, specOf(incident));
      if (claim.kind === 'held') {
        if (!incident.claimed) recall(incident, claim.status, clock.nowMs());
        if (clock.nowMs() < incident.holdUntilMs) return { afterMs: incident.holdUntilMs - clock.nowMs() };
        return incident.actedAtMs === undefined ? undefined : { afterMs: LOOK_AGAIN_MS };
      }
      if (claim.kind === 'over') return { afterMs: LOOK_AGAIN_MS, over: true };
      recorder.refused(incident, 'NoClaim', claim.reason);
      return { afterMs: LOOK_AGAIN_MS };
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      recorder.refused(incident, 'NoClaim', error.message);
      const afterMs = error.retryAfterMs ?? LOOK_AGAIN_MS;
      incident.holdUntilMs = clock.nowMs() + afterMs;
      return { afterMs };
    }
  }

  #leave(incident: ReleaseIncident, plan: Extract<ReleasePlan, { kind: 'leave' }>): ReleaseTreatment {
    const { recorder } = this.#parts;
    if (plan.why === 'gave-up') recorder.gaveUp(incident, plan.reason);
    else if (plan.why === 'managed') recorder.refused(incident, 'StandsAside', plan.reason);
    else recorder.refused(incident, 'NothingToRollBackTo', plan.reason);
    return { afterMs: LEFT_ALONE_MS };
  }

  async #act(sick: SickRelease, plan: ReleaseAct): Promise<ReleaseTreatment> {
    const { clock, recorder, actionHistory } = this.#parts;
    const { incident } = sick;
    const { id, policy, condition, target } = incident;
    const action = plan.kind === 'rollback' ? 'RollbackRelease' : 'UninstallRelease';
    const decidedAtMs = clock.nowMs();
    incident.decidedAtMs = decidedAtMs;
    incident.action = action;
    const about = { incident: id, policy, namespace: target.namespace, condition, action } as const;
    const entry = { ...about, workload: releaseOwner(incident.key), generation: target.revision, atMs: decidedAtMs };
    // In the action history before anything is awaited: the next decision must already see this one.
    actionHistory.add(entry);
    const outcome = await this.#carryOut(sick, plan);
    if (outcome.kind !== 'accepted') return this.#notActed(incident, outcome);
    incident.actedAtMs = outcome.actedAtMs;
    actionHistory.add({ ...entry, generationAfter: outcome.generation });
    recorder.acted(incident, outcome.detail ?? '', outcome.generation);
    return { afterMs: LOOK_AGAIN_MS };
  }

  async #carryOut(sick: SickRelease, plan: ReleaseAct): Promise<Outcome> {
    const { api, helm, clock, shards, facts } = this.#parts;
    const { incident } = sick;
    const owner = releaseOwner(incident.key);
    if (!(await shards.confirm(owner)))
      return refused('NotMyShard', 'the lease could not be confirmed just before acting');
    // Another replica may have spent a budget meanwhile; confirming brought its intents.
    const objection = objectionTo(facts(sick), clock.nowMs());
    if (objection !== undefined) return { kind: 'refused', ...objection };
    const unwritten = await this.#intend(incident);
    if (unwritten !== undefined) return refused('NoClaim', unwritten);
    const outcome = await actOnRelease({ api, helm, clock }, plan, () => shards.mayActOn(owner));
    incident.sent ||= outcome.kind === 'accepted' || (outcome.kind === 'failed' && outcome.unsure);
    return outcome;
  }

  /** What is about to be done is written down first; who cannot write it does not do it. */
  async #intend(incident: ReleaseIncident): Promise<string | undefined> {
    const { id, action, decidedAtMs, failures, reason } = incident;
    incident.intended = true;
    const intent = { action, attempts: failures + 1, ...(decidedAtMs && { decidedAt: toTime(decidedAtMs) }) };
    try {
      return await this.#parts.remediations.advance(id, { phase: 'Acting', reason, ...intent });
    } catch (error) {
      if (error instanceof KubeError) return error.message;
      throw error;
    }
  }

  #notActed(incident: ReleaseIncident, outcome: Exclude<Outcome, { kind: 'accepted' }>): ReleaseTreatment {
    const { clock, recorder, actionHistory } = this.#parts;
    if (!incident.sent) actionHistory.remove(incident.id);
    if (outcome.kind === 'inapplicable') return { afterMs: LEFT_ALONE_MS };
    const growth = outcome.kind === 'failed' ? 2 ** Math.min(incident.failures, 6) : 1;
    const afterMs = Math.min(LONGEST_RETRY_MS, outcome.retryAfterMs * growth);
    if (outcome.kind === 'refused') recorder.refused(incident, outcome.refusal, outcome.reason);
    else recorder.failed(incident, outcome.reason, 'error');
    incident.holdUntilMs = clock.nowMs() + afterMs;
    return { afterMs };
  }
}
