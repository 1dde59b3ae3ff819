import type { Clock } from '../clock.ts';
import { WorkQueue } from '../kube/work-queue.ts';
import type { ActionHistory } from '../remediations/action-history.ts';
import type { RemediationOwnership } from '../remediations/remediation-ownership.ts';
import { classifyRelease, type ReleaseAssessment } from './condition/classify.ts';
import type { ReleaseMonitor, Sighting } from './condition/observe.ts';
import { isAbout, type ReleasePolicy } from './condition/release-policy.ts';
import { planRelease, type ReleasePlan } from './decide-release.ts';
import type { LastKnownGood } from './last-known-good.ts';
import type { ReleaseAdoption } from './release-adoption.ts';
import { ReleaseEngine, type ReleaseEngineParts, type SickRelease } from './release-engine.ts';
import type { ReleaseFacts } from './release-guards.ts';
import { openedReleaseIncident, ownerOfRelease, type ReleaseIncident, toReleaseTarget } from './release-incident.ts';
import type { ReleaseRecorder } from './release-recorder.ts';
import { type ReleaseRevision, releaseKey } from './secrets/release.ts';
import { readSequel } from './sequel.ts';

export interface ReleaseControllerOptions extends Omit<ReleaseEngineParts, 'facts'> {
  readonly monitor: ReleaseMonitor;
  readonly policies: () => readonly ReleasePolicy[];
  readonly lastKnownGood: LastKnownGood;
  readonly recorder: ReleaseRecorder;
  readonly actionHistory: ActionHistory;
  readonly remediations: Pick<RemediationOwnership, 'claim' | 'advance' | 'known'>;
  readonly adoption: ReleaseAdoption;
  readonly clock: Clock;
  readonly surroundings: (
    namespace: string,
    policy: ReleasePolicy,
  ) => Omit<ReleaseFacts, 'incident' | 'policy' | 'latest' | 'mine' | 'rollbacks' | 'actions'>;
  /** Content that was whole for this long without a break works. */
  readonly goodAfterMs: number;
  readonly onError: (key: string, error: unknown) => void;
}

type Sick = Extract<ReleaseAssessment, { kind: 'unhealthy' }>;
type Seen = Extract<Sighting, { kind: 'release' }>;

const CONCURRENCY = 2;
const LOOK_AGAIN_MS = 1_000;
const LEFT_ALONE_MS = 60_000;

/** Level-triggered, as the pods' controller: whatever changed, a release is looked at as a whole, one look at a time. */
export class ReleaseController {
  readonly #options: ReleaseControllerOptions;
  readonly #engine: ReleaseEngine;
  readonly #queue: WorkQueue;
  readonly #incidents = new Map<string, ReleaseIncident>();
  readonly #wholeSince = new Map<string, { readonly content: string; readonly sinceMs: number }>();

  constructor(options: ReleaseControllerOptions) {
    this.#options = options;
    this.#engine = new ReleaseEngine({ ...options, facts: (sick) => this.#facts(sick) });
    this.#queue = new WorkQueue((key) => this.#look(key), { concurrency: CONCURRENCY, onError: options.onError });
  }

  get queueDepth(): number {
    return this.#queue.depth;
  }

  open(): IterableIterator<ReleaseIncident> {
    return this.#incidents.values();
  }

  lookAt(key: string): void {
    this.#queue.add(key);
  }

  lookAtAll(): void {
    for (const key of this.#options.monitor.keys()) this.lookAt(key);
  }

  /** Goes on with what a holder left unfinished that is no more. */
  takeOver(): void {
    for (const key of this.#options.adoption.keys()) this.lookAt(key);
  }

  stop(): Promise<void> {
    return this.#queue.stop();
  }

  async #look(key: string): Promise<void> {
    const { monitor, clock, recorder, adoption } = this.#options;
    const adopted = adoption.takeOver(key, this.#incidents.get(key));
    if (adopted !== undefined) this.#incidents.set(key, adopted);
    const nowMs = clock.nowMs();
    const seen = monitor.look(key, (revision) => this.#isKnownGood(revision), nowMs);
    const incident = this.#incidents.get(key);
    if (seen.kind === 'gone') return this.#forget(key, incident);
    if (seen.kind === 'unreadable') {
      if (incident !== undefined)
        recorder.refused(incident, 'MissingData', `its newest revision cannot be read: ${seen.reason}`);
      return;
    }
    const policy = this.#policyOf(seen, incident);
    if (policy === undefined || (incident !== undefined && policy.name !== incident.policy))
      this.#close(key, 'no policy in force asks for it any more');
    if (policy !== undefined) await this.#judge(key, seen, policy, nowMs);
  }

  /** One incident has one policy, as long as that is in force. */
  #policyOf({ history }: Seen, incident: ReleaseIncident | undefined): ReleasePolicy | undefined {
    const about = this.#options.policies().filter((each) => history.some((revision) => isAbout(each, revision)));
    return about.find(({ name }) => name === incident?.policy) ?? about[0];
  }

  async #judge(key: string, seen: Seen, policy: ReleasePolicy, nowMs: number): Promise<void> {
    const { latest } = seen.observation;
    const assessment = classifyRelease(seen.observation, policy.helm, nowMs);
    await this.#note(latest, assessment, nowMs);
    this.#goOn(key, latest, assessment);
    const open = this.#incidents.get(key);
    if (open?.actedAtMs !== undefined) return this.#verify(open, policy, latest, assessment, nowMs);
    // Helm may still be at work on what it was told to do.
    if (open !== undefined && open.target.uid !== latest.uid) return this.#again(key, LOOK_AGAIN_MS);
    if (assessment.kind === 'unhealthy') return this.#treat(seen, policy, assessment, nowMs);
    if (assessment.kind === 'healthy') return this.#close(key, assessment.reason);
    if (assessment.kind === 'missing' && open !== undefined)
      this.#options.recorder.refused(open, 'MissingData', assessment.reason);
    this.#again(key, assessment.kind === 'suspect' ? assessment.untilMs - nowMs : LOOK_AGAIN_MS);
  }

  /** What the newest revision says about an incident of an older one. */
  #goOn(key: string, latest: ReleaseRevision, assessment: ReleaseAssessment): void {
    const { recorder, actionHistory } = this.#options;
    const incident = this.#incidents.get(key);
    if (incident === undefined || incident.actedAtMs !== undefined || incident.target.uid === latest.uid) return;
    const sequel = readSequel(incident.sent, latest, assessment);
    if (sequel === 'superseded') this.#close(key, 'a newer revision is there');
    else if (sequel === 'carried-out') {
      incident.actedAtMs = Math.max(latest.changedAtMs, incident.decidedAtMs ?? 0);
      recorder.acted(incident, `its rollback is revision ${latest.revision}`, latest.revision);
    } else if (sequel === 'unfinished') {
      actionHistory.settle(incident.id, 'failed');
      recorder.failed(incident, `its rollback, revision ${latest.revision}, did not finish`, 'unverified');
      this.#incidents.delete(key);
    }
  }

  async #treat(seen: Seen, policy: ReleasePolicy, found: Sick, nowMs: number): Promise<void> {
    const { recorder, lastKnownGood } = this.#options;
    const { latest } = seen.observation;
    const key = releaseKey(latest);
    const plan = planRelease({
      condition: found.condition,
      history: seen.history,
      isKnownGood: (revision) => lastKnownGood.isKnownGood(ownerOfRelease(revision), revision.content),
      rules: policy.helm,
    });
    const incident = this.#incidents.get(key) ?? this.#open(latest, policy, found, plan, nowMs);
    if (incident === undefined) return this.#again(key, LEFT_ALONE_MS);
    this.#incidents.set(key, incident);
    incident.reason = found.reason;
    recorder.detected(incident);
    const { afterMs, over } = await this.#engine.treat({ incident, latest, policy, plan });
    if (over === true) this.#incidents.delete(key);
    this.#again(key, afterMs);
  }

  /** Undefined when it was given up before and nothing has changed since. */
  #open(
    latest: ReleaseRevision,
    policy: ReleasePolicy,
    { condition, reason, sinceMs }: Sick,
    plan: ReleasePlan,
    nowMs: number,
  ): ReleaseIncident | undefined {
    const { open, lastPhase, nextEpisode } = this.#options.remediations.known(latest.uid, condition);
    const isGivenUp = plan.kind === 'leave' && plan.why === 'gave-up' && lastPhase === 'GaveUp';
    if (open === undefined && isGivenUp) return undefined;
    return openedReleaseIncident({
      key: releaseKey(latest),
      policy: policy.name,
      condition,
      target: toReleaseTarget(latest),
      episode: open?.spec?.episode ?? nextEpisode,
      firstSeenMs: sinceMs,
      detectedAtMs: nowMs,
      reason,
    });
  }

  /** Whether the rollback helped: its revision is deployed and its workloads are whole. */
  #verify(
    incident: ReleaseIncident,
    policy: ReleasePolicy,
    latest: ReleaseRevision,
    assessment: ReleaseAssessment,
    nowMs: number,
  ): void {
    const { recorder, actionHistory } = this.#options;
    const { key, actedAtMs = nowMs } = incident;
    const isNew = latest.uid !== incident.target.uid;
    const whole = assessment.kind === 'healthy' && (assessment.whole || latest.workloads.length === 0);
    if (isNew && !latest.rollback) {
      this.#close(key, `revision ${latest.revision} was written by its user`);
      return;
    }
    if (isNew && whole) {
      actionHistory.settle(incident.id, 'helped');
      this.#close(key, `revision ${latest.revision} is deployed and rolled out`, 'helped');
      return;
    }
    if (nowMs - actedAtMs < policy.limits.verifyWithinMs) {
      this.#again(key, LOOK_AGAIN_MS);
      return;
    }
    const within = `${policy.limits.verifyWithinMs / 1000} s`;
    actionHistory.settle(incident.id, 'failed');
    recorder.failed(incident, `not whole ${within} after the rollback: ${assessment.reason}`, 'unverified');
    recorder.gaveUp(incident, 'a rollback is not rolled back; its user has to look');
    this.#incidents.delete(key);
  }

  async #note(latest: ReleaseRevision, assessment: ReleaseAssessment, nowMs: number): Promise<void> {
    const key = releaseKey(latest);
    if (assessment.kind !== 'healthy' || !assessment.whole) {
      this.#wholeSince.delete(key);
      return;
    }
    const known = this.#wholeSince.get(key);
    const since = known?.content === latest.content ? known : { content: latest.content, sinceMs: nowMs };
    this.#wholeSince.set(key, since);
    const leftMs = since.sinceMs + this.#options.goodAfterMs - nowMs;
    if (leftMs > 0) return this.#again(key, leftMs);
    if (!this.#options.shards.mayActOn(ownerOfRelease(latest))) return;
    await this.#options.lastKnownGood.markGood(ownerOfRelease(latest), latest.content);
  }

  #facts({ incident, latest, policy }: SickRelease): ReleaseFacts {
    const { shards, monitor, actionHistory, surroundings } = this.#options;
    const mine = shards.mayActOn(ownerOfRelease(latest));
    const rollbacks = monitor
      .revisions()
      .filter((revision) => revision.rollback && isAbout(policy, revision))
      .map((revision) => ({ key: releaseKey(revision), atMs: revision.createdAtMs }));
    const actions = actionHistory.entries();
    const about = { incident: incident.id, policy, latest, mine, rollbacks, actions };
    return { ...about, ...surroundings(latest.namespace, policy) };
  }

  #isKnownGood(revision: ReleaseRevision): boolean {
    return this.#options.lastKnownGood.isKnownGood(ownerOfRelease(revision), revision.content);
  }

  #forget(key: string, incident: ReleaseIncident | undefined): void {
    this.#wholeSince.delete(key);
    if (incident === undefined) return;
    const { sent, actedAtMs, action } = incident;
    const isUninstalled = action === 'UninstallRelease' && (sent || actedAtMs !== undefined);
    if (isUninstalled) this.#options.actionHistory.settle(incident.id, 'helped');
    const gone = isUninstalled ? 'the half-made installation is gone' : 'the release is gone';
    this.#close(key, gone, isUninstalled ? 'helped' : 'none');
  }

  #close(key: string, reason: string, outcome: 'helped' | 'none' = 'none'): void {
    const incident = this.#incidents.get(key);
    if (incident === undefined) return;
    this.#options.recorder.resolved(incident, reason, outcome);
    this.#incidents.delete(key);
  }

  #again(key: string, afterMs: number): void {
    this.#queue.addAfter(key, Math.max(0, afterMs));
  }
}
