import type { Clock } from '../clock.ts';
import { KubeError } from '../kube/kube-error.ts';
import type { Notifier } from '../notifications/notifier.ts';
import type { RemediationStatus } from '../policy/remediation-schema.ts';
import type { ActionHistory } from '../remediations/action-history.ts';
import { type RemediationOwnership, specOf } from '../remediations/remediation-ownership.ts';
import { type RemediationView, toTime } from '../remediations/view.ts';
import type { ShardOwnership } from '../shards/ownership.ts';
import { type Incident, type IncidentTarget, type NewIncident, openedIncident } from './incident.ts';
import type { IncidentRecorder } from './incident-recorder.ts';
import type { IncidentStore } from './incident-store.ts';
import { refused } from './refused.ts';
import type { RemedyResult } from './remedy.ts';
import type { Decision, SickTarget } from './sick-target.ts';

export interface IncidentLifeParts<I extends Incident> {
  readonly incidents: IncidentStore<I>;
  readonly recorder: IncidentRecorder;
  readonly remediations: Pick<RemediationOwnership, 'claim' | 'advance' | 'known' | 'adopt'>;
  readonly actionHistory: ActionHistory;
  readonly notifier: Pick<Notifier, 'adopt'>;
  readonly shards: ShardOwnership;
  readonly clock: Clock;
}

export type Treatment =
  | { readonly kind: 'waiting'; readonly retryAfterMs: number }
  /** `generation` of the workload, or revision of the release, after the action. */
  | { readonly kind: 'acted'; readonly generation: number }
  /** Somebody ended the incident while the target is as sick as before: it goes on as the next episode. */
  | { readonly kind: 'over'; readonly retryAfterMs: number };

type Act = Extract<Decision, { kind: 'act' }>;

const RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/**
 * The one life of an incident, whatever its target: detected, decided or refused, claimed, acted on, verified, and then
 * resolved, escalated or given up. A target brings its own decision and its own action; here is what all have in common.
 */
export class IncidentLife<T extends IncidentTarget = IncidentTarget> {
  readonly #parts: IncidentLifeParts<Incident<T>>;

  constructor(parts: IncidentLifeParts<Incident<T>>) {
    this.#parts = parts;
  }

  /** Begins: the incident of an episode that somebody opened before, or that of the next one. */
  open(seen: Omit<NewIncident<T>, 'episode'>): Incident<T> {
    const { open, nextEpisode } = this.#parts.remediations.known(seen.target.uid, seen.condition);
    const incident = openedIncident<T>({ ...seen, episode: open?.spec?.episode ?? nextEpisode });
    this.#parts.incidents.open(incident);
    return incident;
  }

  /** Decides about a sick target and carries the decision out: claim, intent, last look, action, record. */
  async treat(sick: SickTarget): Promise<Treatment> {
    const { recorder, shards, clock, incidents } = this.#parts;
    const { incident } = sick;
    recorder.announce(incident);
    if (clock.nowMs() < incident.holdUntilMs) return waiting(incident.holdUntilMs - clock.nowMs());
    const taken = shards.mayActOn(incident.owner) ? await this.#claim(sick) : undefined;
    if (taken?.kind === 'over') incidents.close(incident);
    if (taken !== undefined) return taken;
    const nowMs = clock.nowMs();
    const decision = sick.decide(nowMs);
    return decision.kind === 'act' ? this.#act(sick, decision, nowMs) : this.#leave(incident, decision);
  }

  /** An action without an answer turns out to have been carried out. */
  foundDone(incident: Incident, actedAtMs: number, what: { generation: number; detail: string }): void {
    incident.actedAtMs = actedAtMs;
    this.#parts.recorder.acted(incident, what);
  }

  /** The action helped. */
  helped(incident: Incident, reason: string): void {
    this.#parts.actionHistory.settle(incident.id, 'helped');
    this.resolved(incident, reason, 'helped');
  }

  /** The action did not help; what is still sick is the next episode. */
  failed(incident: Incident, reason: string): void {
    const { actionHistory, recorder, incidents } = this.#parts;
    actionHistory.settle(incident.id, 'failed');
    recorder.failed(incident, reason, 'unverified');
    incidents.close(incident);
  }

  gaveUp(incident: Incident, reason: string): void {
    this.#parts.recorder.gaveUp(incident, reason);
  }

  resolved(incident: Incident, reason: string, outcome: 'helped' | 'none' = 'none'): void {
    this.#parts.recorder.resolved(incident, reason, outcome);
    this.#parts.incidents.close(incident);
  }

  obsolete(incident: Incident, reason: string): void {
    this.#parts.recorder.obsolete(incident, reason);
    this.#parts.incidents.close(incident);
  }

  /** The target is gone, and nothing was done. */
  vanished(incident: Incident, reason: string): void {
    this.#parts.recorder.vanished(incident, reason);
    this.#parts.incidents.close(incident);
  }

  /** Data are missing without which nothing can be said about the target. */
  blind(incident: Incident, reason: string): void {
    this.#parts.recorder.refused(incident, 'MissingData', reason);
  }

  /** Goes on with what a holder left behind that is no more. `carriedOut`: its action is taken as done. */
  adopt(view: RemediationView, carriedOut: boolean): void {
    this.#parts.remediations.adopt(view);
    this.#parts.notifier.adopt(view, carriedOut);
  }

  /** Undefined once the incident is this replica's own and nothing is known to have been done about it. */
  async #claim(sick: SickTarget): Promise<Treatment | undefined> {
    const { remediations, recorder, clock } = this.#parts;
    const { incident, workload, ownerReference } = sick;
    try {
      const claim = await remediations.claim(incident, specOf(incident, workload), ownerReference);
      if (claim.kind === 'held') return this.#resume(sick, claim.status);
      if (claim.kind === 'over') return { kind: 'over', retryAfterMs: RETRY_MS };
      recorder.refused(incident, 'NoClaim', claim.reason);
      return waiting(RETRY_MS);
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      recorder.refused(incident, 'NoClaim', error.message);
      const afterMs = error.retryAfterMs ?? RETRY_MS;
      incident.holdUntilMs = clock.nowMs() + afterMs;
      return waiting(afterMs);
    }
  }

  /** An earlier holder may have acted already; then only the effect is still to be seen. */
  #resume(sick: SickTarget, status: RemediationStatus | undefined): Treatment | undefined {
    const { incident } = sick;
    const nowMs = this.#parts.clock.nowMs();
    if (!incident.claimed) sick.resume(status, nowMs);
    incident.claimed = true;
    if (incident.actedAtMs !== undefined) return { kind: 'acted', generation: status?.generation ?? 0 };
    return nowMs < incident.holdUntilMs ? waiting(incident.holdUntilMs - nowMs) : undefined;
  }

  #leave(incident: Incident, decision: Exclude<Decision, Act>): Treatment {
    const { recorder } = this.#parts;
    if (decision.kind === 'give-up') recorder.gaveUp(incident, decision.reason);
    else recorder.refused(incident, decision.refusal, decision.reason);
    if (decision.kind !== 'pass-over') return waiting(decision.retryAfterMs);
    incident.inapplicable.set(decision.action, decision.reason);
    return waiting(0);
  }

  async #act(sick: SickTarget, decision: Act, nowMs: number): Promise<Treatment> {
    const { actionHistory, recorder } = this.#parts;
    const { incident } = sick;
    const { action, generation } = decision;
    incident.decidedAtMs = nowMs;
    incident.action = action;
    // In the action history before anything is awaited: the next decision must already see this one.
    actionHistory.remove(incident.id);
    const { id, policy, condition, owner, target } = incident;
    const about = { incident: id, policy, namespace: target.namespace, condition, workload: owner };
    const entry = { ...about, action, generation, atMs: nowMs };
    actionHistory.add(entry);
    const result = await this.#carryOut(sick, decision, nowMs);
    if (result.kind !== 'accepted') return this.#notActed(incident, action, result);
    incident.actedAtMs = result.actedAtMs;
    const after = result.generation ?? generation;
    actionHistory.add({ ...entry, generationAfter: after });
    recorder.acted(incident, { generation: after, detail: result.detail });
    return { kind: 'acted', generation: after };
  }

  async #carryOut(sick: SickTarget, decision: Act, nowMs: number): Promise<RemedyResult> {
    const { shards, clock } = this.#parts;
    const { owner } = sick.incident;
    if (!(await shards.confirm(owner)))
      return refused('NotMyShard', 'the lease could not be confirmed just before acting', RETRY_MS);
    // Another replica may have spent a budget meanwhile; confirming brought its intents.
    const again = sick.decide(clock.nowMs());
    if (again.kind === 'refuse' || again.kind === 'pass-over') {
      return refused(again.refusal, again.reason, again.kind === 'refuse' ? again.retryAfterMs : RETRY_MS);
    }
    const objection = await this.#intend(sick.incident, decision, nowMs);
    if (objection !== undefined) return refused('NoClaim', objection, RETRY_MS);
    return sick.apply(decision.action, () => shards.mayActOn(owner));
  }

  /** What is about to be done is written down first; who cannot write it does not do it. */
  async #intend(incident: Incident, { action, cause }: Act, nowMs: number): Promise<string | undefined> {
    incident.intended = true;
    const intent = { reason: incident.reason, action, decidedAt: toTime(nowMs), attempts: incident.failures + 1 };
    const changes = { ...intent, phase: 'Acting', ...(cause === undefined ? {} : { cause }) } as const;
    try {
      return await this.#parts.remediations.advance(incident.id, changes);
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      return error.message;
    }
  }

  #notActed(incident: Incident, action: Act['action'], result: Exclude<RemedyResult, { kind: 'accepted' }>): Treatment {
    const { clock, actionHistory, recorder } = this.#parts;
    incident.unsure ||= result.kind === 'failed' && result.unsure;
    if (!incident.unsure) actionHistory.remove(incident.id);
    if (result.kind === 'inapplicable') {
      incident.inapplicable.set(action, result.reason);
      return waiting(0);
    }
    const growth = result.kind === 'failed' ? 2 ** Math.min(incident.failures, 10) : 1;
    const retryAfterMs = Math.min(LONGEST_RETRY_MS, result.retryAfterMs * growth);
    if (result.kind === 'refused') recorder.refused(incident, result.refusal, result.reason);
    else recorder.failed(incident, result.reason, 'error');
    incident.holdUntilMs = clock.nowMs() + retryAfterMs;
    return waiting(retryAfterMs);
  }
}

function waiting(retryAfterMs: number): Treatment {
  return { kind: 'waiting', retryAfterMs };
}
