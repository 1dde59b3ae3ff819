import type { Clock } from '../clock.ts';
import type { ClusterCache } from '../cluster/cluster-cache.ts';
import { type PodView, toTarget } from '../cluster/pod.ts';
import { type Incident, incidentId, incidentKey, openedIncident } from '../incidents/incident.ts';
import type { IncidentRecorder } from '../incidents/incident-recorder.ts';
import type { IncidentStore } from '../incidents/incident-store.ts';
import { WorkQueue } from '../kube/work-queue.ts';
import type { Policy } from '../policy/schema.ts';
import { selects } from '../policy/selector.ts';
import type { RemediationOwnership } from '../remediations/remediation-ownership.ts';
import type { Assessment } from './condition/observation.ts';
import type { PodMonitor } from './condition/observe.ts';
import type { FollowUp } from './follow-up.ts';
import type { Case, PerformedAction } from './pod-case.ts';
import type { RecoveryEngine } from './recovery-engine.ts';

export interface ControllerOptions {
  readonly cluster: ClusterCache;
  readonly policies: { readonly policies: readonly Policy[] };
  readonly monitor: PodMonitor;
  readonly engine: Pick<RecoveryEngine, 'treat'>;
  readonly followUp: FollowUp;
  readonly remediations: Pick<RemediationOwnership, 'known'>;
  readonly incidents: IncidentStore;
  readonly recorder: IncidentRecorder;
  readonly clock: Clock;
  readonly onError: (key: string, error: unknown) => void;
}

type Judged = Omit<Case, 'incident'>;

const POD = 'pod:';
const ACTION = 'action:';
const FOLLOW_UP_MS = 500;
const CONCURRENCY = 4;

/** Level-triggered: whatever changed, a pod is looked at as a whole, one look at a time. */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #queue: WorkQueue;

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#queue = new WorkQueue((key) => this.#handle(key), { concurrency: CONCURRENCY, onError: options.onError });
  }

  get queueDepth(): number {
    return this.#queue.depth;
  }

  lookAt(podKey: string): void {
    this.#queue.add(`${POD}${podKey}`);
  }

  lookAtAll(): void {
    for (const key of this.#options.cluster.pods.keys()) this.lookAt(key);
  }

  /** Watches over an action until it is known whether it helped. */
  follow(performed: PerformedAction): void {
    this.#options.followUp.begin(performed);
    this.#queue.addAfter(`${ACTION}${performed.incident.key}`, FOLLOW_UP_MS);
  }

  stop(): Promise<void> {
    return this.#queue.stop();
  }

  async #handle(key: string): Promise<void> {
    if (key.startsWith(POD)) return this.#reconcile(key.slice(POD.length));
    if (this.#options.followUp.look(key.slice(ACTION.length))) this.#queue.addAfter(key, FOLLOW_UP_MS);
  }

  async #reconcile(podKey: string): Promise<void> {
    const { cluster, policies, incidents } = this.#options;
    const pod = cluster.pods.get(podKey);
    for (const incident of incidents.onPod(podKey)) this.#closeIfOver(incident, pod);
    if (pod === undefined) {
      incidents.forgetPod(podKey);
      return;
    }
    for (const policy of policies.policies) {
      if (!selects(policy, pod)) continue;
      for (const condition of policy.conditions) await this.#judge({ pod, policy, condition });
    }
  }

  async #judge(judged: Judged): Promise<void> {
    const { incidents, monitor, clock, recorder } = this.#options;
    const { pod, policy, condition } = judged;
    const nowMs = clock.nowMs();
    const key = incidentKey(policy.name, condition.type, pod.uid);
    const open = incidents.get(key);
    if (open?.actedAtMs !== undefined) return;
    const assessment = monitor.assess(pod, policy, condition, nowMs);
    switch (assessment.kind) {
      case 'healthy':
        incidents.forgetSymptom(key);
        if (open !== undefined) this.#close(open, `the symptom is gone without an action: ${assessment.reason}`);
        return;
      case 'suspect':
        incidents.noticed(key, pod.key, assessment.sinceMs);
        return this.#lookAgainAt(pod.key, assessment.untilMs, nowMs);
      case 'not-applicable':
        return this.#lookAgainAt(pod.key, assessment.untilMs, nowMs);
      case 'missing':
        if (open !== undefined) recorder.refused(open, 'MissingData', assessment.reason);
        return;
      case 'unhealthy':
        return this.#treat(judged, open ?? this.#openIncident(judged, key, assessment, nowMs), assessment.reason);
      default:
        return assessment satisfies never;
    }
  }

  async #treat(judged: Judged, incident: Incident, reason: string): Promise<void> {
    const { engine, recorder, clock, cluster } = this.#options;
    incident.reason = reason;
    incident.owner = cluster.ownerOf(judged.pod);
    recorder.announce(incident);
    const nowMs = clock.nowMs();
    if (nowMs < incident.holdUntilMs) return this.#lookAgainAt(judged.pod.key, incident.holdUntilMs, nowMs);
    const treatment = await engine.treat({ ...judged, incident });
    if (treatment.kind === 'over') this.#options.incidents.close(incident);
    if (treatment.kind === 'acted') this.follow(treatment.performed);
    else this.#queue.addAfter(`${POD}${judged.pod.key}`, treatment.retryAfterMs);
  }

  #openIncident(
    { pod, policy, condition }: Judged,
    key: string,
    { sinceMs, reason }: Extract<Assessment, { kind: 'unhealthy' }>,
    nowMs: number,
  ): Incident {
    const { incidents, cluster, remediations } = this.#options;
    const { open, nextEpisode } = remediations.known(pod.uid, condition.type);
    const episode = open?.spec?.episode ?? nextEpisode;
    const incident = openedIncident({
      key,
      id: incidentId(pod.uid, condition.type, episode),
      policy: policy.name,
      condition: condition.type,
      target: toTarget(pod),
      podKey: pod.key,
      episode,
      owner: cluster.ownerOf(pod),
      firstSeenMs: incidents.noticed(key, pod.key, sinceMs),
      detectedAtMs: nowMs,
      reason,
    });
    incidents.open(incident);
    return incident;
  }

  /** Closes what nobody can act on any more; what was acted on is the follow-up's business. */
  #closeIfOver(incident: Incident, pod: PodView | undefined): void {
    if (incident.actedAtMs !== undefined) return;
    const { policies } = this.#options.policies;
    const leaving = pod?.terminating === true && incident.condition !== 'StuckTerminating';
    if (pod === undefined || pod.uid !== incident.target.uid || leaving) {
      if (incident.unsure)
        this.#options.recorder.resolved(incident, 'the action got no answer, but the pod went away', 'helped');
      else this.#options.recorder.vanished(incident);
      this.#options.incidents.close(incident);
      return;
    }
    const inForce = policies.some(
      (policy) =>
        policy.name === incident.policy &&
        selects(policy, pod) &&
        policy.conditions.some(({ type }) => type === incident.condition),
    );
    if (!inForce) this.#close(incident, 'no policy in force asks for it any more');
  }

  #close(incident: Incident, reason: string): void {
    this.#options.recorder.resolved(incident, reason);
    this.#options.incidents.close(incident);
  }

  #lookAgainAt(podKey: string, atMs: number | undefined, nowMs: number): void {
    if (atMs !== undefined) this.#queue.addAfter(`${POD}${podKey}`, atMs - nowMs);
  }
}
