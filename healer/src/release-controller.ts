import type { Clock } from './clock.ts';
import { actOnRelease, type ReleaseActParts } from './engines/rollback/act-release.ts';
import { planRelease, type ReleasePlan } from './engines/rollback/decide-release.ts';
import { objectionTo, type ReleaseFacts } from './guards/release-guards.ts';
import { WorkQueue } from './kube/work-queue.ts';
import { classifyRelease, type ReleaseAssessment } from './monitors/helm/classify.ts';
import type { ReleaseMonitor, Sighting } from './monitors/helm/observe.ts';
import { type ReleaseRevision, releaseKey } from './monitors/helm/release.ts';
import { isAbout, type ReleasePolicy } from './monitors/helm/release-policy.ts';
import type { Ownership } from './ownership.ts';
import type { ProvenBook } from './records/proven-book.ts';
import type { ReleaseDiary } from './records/release-diary.ts';
import { openReleaseIncident, type ReleaseIncident } from './release-incident.ts';

export interface ReleaseControllerOptions extends Omit<ReleaseActParts, 'clock'> {
  readonly monitor: ReleaseMonitor;
  readonly policies: () => readonly ReleasePolicy[];
  readonly proven: ProvenBook;
  readonly diary: ReleaseDiary;
  readonly ownership: Ownership;
  readonly clock: Clock;
  readonly surroundings: (
    namespace: string,
    policy: ReleasePolicy,
  ) => Omit<ReleaseFacts, 'policy' | 'latest' | 'mine' | 'rollbacks'>;
  /** Content that was whole for this long without a break works. */
  readonly provenAfterMs: number;
  readonly onError: (key: string, error: unknown) => void;
}

type Sick = Extract<ReleaseAssessment, { kind: 'unhealthy' }>;
type Seen = Extract<Sighting, { kind: 'release' }>;

const CONCURRENCY = 2;
const LOOK_AGAIN_MS = 1_000;
const LEFT_ALONE_MS = 60_000;
const LONGEST_RETRY_MS = 60_000;

/** Level-triggered, as the pods' controller: whatever changed, a release is looked at as a whole, one look at a time. */
export class ReleaseController {
  readonly #options: ReleaseControllerOptions;
  readonly #queue: WorkQueue;
  readonly #incidents = new Map<string, ReleaseIncident>();
  readonly #wholeSince = new Map<string, { readonly content: string; readonly sinceMs: number }>();

  constructor(options: ReleaseControllerOptions) {
    this.#options = options;
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

  stop(): Promise<void> {
    return this.#queue.stop();
  }

  async #look(key: string): Promise<void> {
    const { monitor, policies, clock, diary } = this.#options;
    const nowMs = clock.nowMs();
    const seen = monitor.look(key, (revision) => this.#isProven(revision), nowMs);
    const incident = this.#incidents.get(key);
    if (seen.kind === 'gone') return this.#forget(key, incident);
    if (seen.kind === 'unreadable') {
      if (incident !== undefined)
        diary.refused(incident, 'MissingData', `its newest revision cannot be read: ${seen.reason}`);
      return;
    }
    const { latest } = seen.observation;
    const policy = policies().find((each) => seen.history.some((revision) => isAbout(each, revision)));
    if (policy === undefined) return this.#close(key, incident, 'no policy in force asks for it any more');
    const assessment = classifyRelease(seen.observation, policy.helm, nowMs);
    await this.#note(latest, assessment, nowMs);
    if (incident?.actedAtMs !== undefined) return this.#verify(incident, policy, latest, assessment, nowMs);
    if (incident !== undefined && incident.revision.uid !== latest.uid)
      this.#close(key, incident, 'a newer revision is there');
    if (assessment.kind === 'unhealthy') return this.#treat(seen, policy, assessment, nowMs);
    const open = this.#incidents.get(key);
    if (assessment.kind === 'healthy') return this.#close(key, open, assessment.reason);
    if (assessment.kind === 'missing' && open !== undefined) diary.refused(open, 'MissingData', assessment.reason);
    this.#again(key, assessment.kind === 'suspect' ? assessment.untilMs - nowMs : LOOK_AGAIN_MS);
  }

  async #treat(seen: Seen, policy: ReleasePolicy, found: Sick, nowMs: number): Promise<void> {
    const { diary, ownership, proven } = this.#options;
    const { latest } = seen.observation;
    const key = releaseKey(latest);
    const incident = this.#incidents.get(key) ?? openReleaseIncident(latest, policy.name, found, nowMs);
    this.#incidents.set(key, incident);
    incident.reason = found.reason;
    diary.detected(incident);
    if (nowMs < incident.holdUntilMs) return this.#again(key, incident.holdUntilMs - nowMs);
    const plan = planRelease({
      condition: found.condition,
      history: seen.history,
      isProven: (revision) => proven.isProven(subjectOf(revision), revision.content),
      rules: policy.helm,
    });
    if (plan.kind === 'leave') return this.#leave(incident, plan);
    const objection = objectionTo(this.#facts(policy, latest), nowMs);
    if (objection !== undefined) {
      diary.refused(incident, objection.refusal, objection.reason);
      return this.#again(key, objection.retryAfterMs);
    }
    incident.decidedAtMs = nowMs;
    if (!(await ownership.confirm(ownerOf(key)))) {
      diary.refused(incident, 'NotMyShard', 'the lease could not be confirmed just before acting');
      return this.#again(key, LOOK_AGAIN_MS);
    }
    return this.#act(incident, plan);
  }

  async #act(incident: ReleaseIncident, plan: Exclude<ReleasePlan, { kind: 'leave' }>): Promise<void> {
    const { diary, ownership, api, helm, clock } = this.#options;
    const { key } = incident;
    incident.action = plan.kind === 'rollback' ? 'RollbackRelease' : 'UninstallRelease';
    const outcome = await actOnRelease({ api, helm, clock }, plan, () => ownership.mayActOn(ownerOf(key)));
    const nowMs = clock.nowMs();
    if (outcome.kind === 'accepted') {
      incident.actedAtMs = outcome.actedAtMs;
      diary.acted(incident, outcome.detail ?? '');
      return this.#again(key, LOOK_AGAIN_MS);
    }
    if (outcome.kind === 'inapplicable') return this.#again(key, LEFT_ALONE_MS);
    if (outcome.kind === 'refused') diary.refused(incident, outcome.refusal, outcome.reason);
    else diary.failed(incident, outcome.reason, 'error');
    const growth = outcome.kind === 'failed' ? 2 ** Math.min(incident.failures, 6) : 1;
    const waitMs = Math.min(LONGEST_RETRY_MS, outcome.retryAfterMs * growth);
    incident.holdUntilMs = nowMs + waitMs;
    this.#again(key, waitMs);
  }

  #leave(incident: ReleaseIncident, plan: Extract<ReleasePlan, { kind: 'leave' }>): void {
    const { diary } = this.#options;
    if (plan.why === 'gave-up') diary.gaveUp(incident, plan.reason);
    else if (plan.why === 'managed') diary.refused(incident, 'StandsAside', plan.reason);
    else diary.refused(incident, 'NothingToRollBackTo', plan.reason);
    this.#again(incident.key, LEFT_ALONE_MS);
  }

  /** Whether the rollback helped: its revision is deployed and its workloads are whole. */
  #verify(
    incident: ReleaseIncident,
    policy: ReleasePolicy,
    latest: ReleaseRevision,
    assessment: ReleaseAssessment,
    nowMs: number,
  ): void {
    const { key, actedAtMs = nowMs } = incident;
    const whole = assessment.kind === 'healthy' && (assessment.whole || latest.workloads.length === 0);
    const end = latest.rollback ? 'is deployed and rolled out' : 'was written by its user';
    if (whole || !latest.rollback) {
      this.#close(key, incident, `revision ${latest.revision} ${end}`);
      return;
    }
    if (nowMs - actedAtMs < policy.limits.verifyWithinMs) {
      this.#again(key, LOOK_AGAIN_MS);
      return;
    }
    const within = `${policy.limits.verifyWithinMs / 1000} s`;
    this.#options.diary.failed(incident, `not whole ${within} after the rollback: ${assessment.reason}`, 'unverified');
    this.#options.diary.gaveUp(incident, 'a rollback is not rolled back; its user has to look');
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
    const leftMs = since.sinceMs + this.#options.provenAfterMs - nowMs;
    if (leftMs > 0) return this.#again(key, leftMs);
    if (!this.#options.ownership.mayActOn(ownerOf(key))) return;
    await this.#options.proven.prove(subjectOf(latest), latest.content);
  }

  #facts(policy: ReleasePolicy, latest: ReleaseRevision): ReleaseFacts {
    const { ownership, monitor, surroundings } = this.#options;
    const mine = ownership.mayActOn(ownerOf(releaseKey(latest)));
    const rollbacks = monitor
      .revisions()
      .filter((revision) => revision.rollback && isAbout(policy, revision))
      .map((revision) => ({ key: releaseKey(revision), atMs: revision.createdAtMs }));
    return { policy, latest, mine, rollbacks, ...surroundings(latest.namespace, policy) };
  }

  #isProven(revision: ReleaseRevision): boolean {
    return this.#options.proven.isProven(subjectOf(revision), revision.content);
  }

  #forget(key: string, incident: ReleaseIncident | undefined): void {
    this.#wholeSince.delete(key);
    const gone = incident?.action === 'UninstallRelease' ? 'the half-made installation is gone' : 'the release is gone';
    this.#close(key, incident, gone);
  }

  #close(key: string, incident: ReleaseIncident | undefined, reason: string): void {
    if (incident === undefined) return;
    this.#options.diary.resolved(incident, reason);
    this.#incidents.delete(key);
  }

  #again(key: string, afterMs: number): void {
    this.#queue.addAfter(key, Math.max(0, afterMs));
  }
}

/** What the shards are told about a release. */
export function ownerOf(key: string): string {
  return `Release/${key}`;
}

function subjectOf(revision: ReleaseRevision): string {
  return `Release/${releaseKey(revision)}`;
}
