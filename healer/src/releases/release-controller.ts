import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { describeError } from '../errors.ts';
import { mayHaveActed } from '../incidents/incident.ts';
import type { IncidentLife } from '../incidents/incident-life.ts';
import type { IncidentStore } from '../incidents/incident-store.ts';
import { WorkQueue } from '../kube/work-queue.ts';
import type { RemediationOwnership } from '../remediations/remediation-ownership.ts';
import type { ShardOwnership } from '../shards/ownership.ts';
import { classifyRelease, type ReleaseAssessment } from './condition/classify.ts';
import type { ReleaseMonitor, Sighting } from './condition/observe.ts';
import { isAbout, type ReleasePolicies, type ReleasePolicy } from './condition/release-policy.ts';
import { planRelease, type ReleasePlan } from './decide-release.ts';
import type { LastKnownGood } from './last-known-good.ts';
import type { ReleaseAdoption } from './release-adoption.ts';
import { ownerOfRelease, type ReleaseIncident, type ReleaseTarget, toReleaseTarget } from './release-target.ts';
import { type ReleaseRevision, releaseKey } from './secrets/release.ts';
import { readSequel } from './sequel.ts';
import { LEFT_ALONE_MS, SickRelease, type SickReleaseParts } from './sick-release.ts';

export interface ReleaseControllerParts extends SickReleaseParts {
  readonly monitor: ReleaseMonitor;
  readonly policies: ReleasePolicies;
  readonly lastKnownGood: LastKnownGood;
  readonly life: IncidentLife<ReleaseTarget>;
  readonly incidents: IncidentStore<ReleaseIncident>;
  readonly remediations: Pick<RemediationOwnership, 'known'>;
  readonly adoption: ReleaseAdoption;
  readonly shards: Pick<ShardOwnership, 'mayActOn'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** Content that was whole for this long without a break works. */
  readonly goodAfterMs: number;
}

type Sick = Extract<ReleaseAssessment, { kind: 'unhealthy' }>;
type Seen = Extract<Sighting, { kind: 'release' }>;

const CONCURRENCY = 2;
const LOOK_AGAIN_MS = 1_000;

/** Level-triggered, as the pods' controller: whatever changed, a release is looked at as a whole, one look at a time. */
export class ReleaseController {
  readonly #parts: ReleaseControllerParts;
  readonly #queue: WorkQueue;
  readonly #wholeSince = new Map<string, { readonly content: string; readonly sinceMs: number }>();

  constructor(parts: ReleaseControllerParts) {
    this.#parts = parts;
    const onError = (key: string, error: unknown): void =>
      parts.log.error({ key, err: error }, `looking at release ${key} failed: ${describeError(error)}`);
    this.#queue = new WorkQueue((key) => this.#look(key), { concurrency: CONCURRENCY, onError });
  }

  get queueDepth(): number {
    return this.#queue.depth;
  }

  lookAt(key: string): void {
    this.#queue.add(key);
  }

  lookAtAll(): void {
    for (const key of this.#parts.monitor.keys()) this.lookAt(key);
  }

  /** Goes on with what a holder left unfinished that is no more. */
  takeOver(): void {
    for (const key of this.#parts.adoption.keys()) this.lookAt(key);
  }

  stop(): Promise<void> {
    return this.#queue.stop();
  }

  async #look(key: string): Promise<void> {
    const { monitor, clock, life, adoption, incidents } = this.#parts;
    const adopted = adoption.takeOver(key, incidents.get(key));
    if (adopted !== undefined) incidents.open(adopted);
    const nowMs = clock.nowMs();
    const seen = monitor.look(key, (revision) => this.#isKnownGood(revision), nowMs);
    const incident = incidents.get(key);
    if (seen.kind === 'gone') return this.#forget(key, incident);
    if (seen.kind === 'unreadable') {
      if (incident !== undefined) life.blind(incident, `its newest revision cannot be read: ${seen.reason}`);
      return;
    }
    const policy = this.#policyOf(seen, incident);
    if (incident !== undefined && policy?.name !== incident.policy)
      life.resolved(incident, 'no policy in force asks for it any more');
    if (policy !== undefined) await this.#judge(key, seen, policy, nowMs);
  }

  /** One incident has one policy, as long as that is in force. */
  #policyOf({ history }: Seen, incident: ReleaseIncident | undefined): ReleasePolicy | undefined {
    const about = this.#parts.policies.releasePolicies().filter((each) => history.some((one) => isAbout(each, one)));
    return about.find(({ name }) => name === incident?.policy) ?? about[0];
  }

  async #judge(key: string, seen: Seen, policy: ReleasePolicy, nowMs: number): Promise<void> {
    const { incidents, life } = this.#parts;
    const { latest } = seen.observation;
    const assessment = classifyRelease(seen.observation, policy.helm, nowMs);
    await this.#note(latest, assessment, nowMs);
    this.#goOn(key, latest, assessment);
    const open = incidents.get(key);
    if (open?.actedAtMs !== undefined) return this.#verify(open, policy, latest, assessment, nowMs);
    // Helm may still be at work on what it was told to do.
    if (open !== undefined && open.target.uid !== latest.uid) return this.#again(key, LOOK_AGAIN_MS);
    if (assessment.kind === 'unhealthy') return this.#treat(seen, policy, assessment, nowMs);
    if (assessment.kind === 'healthy') {
      if (open !== undefined) life.resolved(open, assessment.reason);
      return;
    }
    if (assessment.kind === 'missing' && open !== undefined) life.blind(open, assessment.reason);
    this.#again(key, assessment.kind === 'suspect' ? assessment.untilMs - nowMs : LOOK_AGAIN_MS);
  }

  /** What the newest revision says about an incident of an older one. */
  #goOn(key: string, latest: ReleaseRevision, assessment: ReleaseAssessment): void {
    const { life, incidents } = this.#parts;
    const incident = incidents.get(key);
    if (incident === undefined || incident.actedAtMs !== undefined || incident.target.uid === latest.uid) return;
    const sequel = readSequel(incident.unsure, latest, assessment);
    const { revision } = latest;
    if (sequel === 'superseded') life.resolved(incident, 'a newer revision is there');
    else if (sequel === 'carried-out') {
      const detail = `its rollback is revision ${revision}`;
      life.foundDone(incident, Math.max(latest.changedAtMs, incident.decidedAtMs ?? 0), {
        generation: revision,
        detail,
      });
    } else if (sequel === 'unfinished') life.failed(incident, `its rollback, revision ${revision}, did not finish`);
  }

  async #treat(seen: Seen, policy: ReleasePolicy, found: Sick, nowMs: number): Promise<void> {
    const { latest } = seen.observation;
    const key = releaseKey(latest);
    const plan = planRelease({
      condition: found.condition,
      history: seen.history,
      isKnownGood: (revision) => this.#isKnownGood(revision),
      rules: policy.helm,
    });
    const incident = this.#parts.incidents.get(key) ?? this.#open(latest, policy, found, plan, nowMs);
    if (incident === undefined) return this.#again(key, LEFT_ALONE_MS);
    incident.reason = found.reason;
    const treatment = await this.#parts.life.treat(new SickRelease(this.#parts, { incident, latest, policy, plan }));
    this.#again(key, treatment.kind === 'acted' ? LOOK_AGAIN_MS : treatment.retryAfterMs);
  }

  /** Undefined when it was given up before and nothing has changed since. */
  #open(
    latest: ReleaseRevision,
    policy: ReleasePolicy,
    { condition, reason, sinceMs }: Sick,
    plan: ReleasePlan,
    nowMs: number,
  ): ReleaseIncident | undefined {
    const { remediations, life } = this.#parts;
    const { open, lastPhase } = remediations.known(latest.uid, condition);
    const isGivenUp = plan.kind === 'leave' && plan.why === 'gave-up' && lastPhase === 'GaveUp';
    if (open === undefined && isGivenUp) return undefined;
    const key = releaseKey(latest);
    return life.open({
      key,
      policy: policy.name,
      condition,
      target: toReleaseTarget(latest),
      objectKey: key,
      owner: ownerOfRelease(latest),
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
    const { life } = this.#parts;
    const { key, actedAtMs = nowMs } = incident;
    const isNew = latest.uid !== incident.target.uid;
    const whole = assessment.kind === 'healthy' && (assessment.whole || latest.workloads.length === 0);
    if (isNew && !latest.rollback) {
      life.resolved(incident, `revision ${latest.revision} was written by its user`);
    } else if (isNew && whole) {
      life.helped(incident, `revision ${latest.revision} is deployed and rolled out`);
    } else if (nowMs - actedAtMs < policy.limits.verifyWithinMs) {
      this.#again(key, LOOK_AGAIN_MS);
    } else {
      const within = `${policy.limits.verifyWithinMs / 1000} s`;
      life.failed(incident, `not whole ${within} after the rollback: ${assessment.reason}`);
      life.gaveUp(incident, 'a rollback is not rolled back; its user has to look');
    }
  }

  async #note(latest: ReleaseRevision, assessment: ReleaseAssessment, nowMs: number): Promise<void> {
    const { shards, lastKnownGood, goodAfterMs } = this.#parts;
    const key = releaseKey(latest);
    if (assessment.kind !== 'healthy' || !assessment.whole) {
      this.#wholeSince.delete(key);
      return;
    }
    const known = this.#wholeSince.get(key);
    const since = known?.content === latest.content ? known : { content: latest.content, sinceMs: nowMs };
    this.#wholeSince.set(key, since);
    const leftMs = since.sinceMs + goodAfterMs - nowMs;
    if (leftMs > 0) return this.#again(key, leftMs);
    if (!shards.mayActOn(ownerOfRelease(latest))) return;
    await lastKnownGood.markGood(ownerOfRelease(latest), latest.content);
  }

  #isKnownGood(revision: ReleaseRevision): boolean {
    return this.#parts.lastKnownGood.isKnownGood(ownerOfRelease(revision), revision.content);
  }

  #forget(key: string, incident: ReleaseIncident | undefined): void {
    const { life } = this.#parts;
    this.#wholeSince.delete(key);
    if (incident === undefined) return;
    if (!mayHaveActed(incident)) life.vanished(incident, 'the release is gone');
    else if (incident.action === 'UninstallRelease') life.helped(incident, 'the half-made installation is gone');
    else life.resolved(incident, 'the release is gone');
  }

  #again(key: string, afterMs: number): void {
    this.#queue.addAfter(key, Math.max(0, afterMs));
  }
}
