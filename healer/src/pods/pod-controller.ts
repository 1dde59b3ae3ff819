import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { ClusterCache } from '../cluster/cluster-cache.ts';
import { type PodTarget, type PodView, toTarget } from '../cluster/pod.ts';
import { describeError } from '../errors.ts';
import { type Incident, incidentKey } from '../incidents/incident.ts';
import type { IncidentLife } from '../incidents/incident-life.ts';
import type { IncidentStore } from '../incidents/incident-store.ts';
import { WorkQueue } from '../kube/work-queue.ts';
import type { Policy } from '../policy/schema.ts';
import { selects } from '../policy/selector.ts';
import type { Assessment } from './condition/observation.ts';
import type { PodMonitor } from './condition/observe.ts';
import { FollowUp } from './follow-up.ts';
import { type PerformedAction, POD_WENT_AWAY, type PodCase } from './performed-action.ts';
import { SickPod, type SickPodParts } from './sick-pod.ts';

export interface PodControllerParts extends SickPodParts {
  readonly cluster: ClusterCache;
  readonly policies: { readonly policies: readonly Policy[] };
  readonly monitor: PodMonitor;
  readonly life: IncidentLife<PodTarget>;
  readonly incidents: IncidentStore<Incident<PodTarget>>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'error'>;
}

type Judged = Omit<PodCase, 'incident'> & { readonly pod: PodView };

const POD = 'pod:';
const ACTION = 'action:';
const FOLLOW_UP_MS = 500;
const CONCURRENCY = 4;

/** Level-triggered: whatever changed, a pod is looked at as a whole, one look at a time. */
export class PodController {
  readonly #parts: PodControllerParts;
  readonly #queue: WorkQueue;
  readonly #followUp: FollowUp;

  constructor(parts: PodControllerParts) {
    this.#parts = parts;
    this.#followUp = new FollowUp(parts);
    const onError = (key: string, error: unknown): void =>
      parts.log.error({ key, err: error }, `looking at ${key} failed: ${describeError(error)}`);
    this.#queue = new WorkQueue((key) => this.#handle(key), { concurrency: CONCURRENCY, onError });
  }

  get queueDepth(): number {
    return this.#queue.depth;
  }

  lookAt(podKey: string): void {
    this.#queue.add(`${POD}${podKey}`);
  }

  lookAtAll(): void {
    for (const key of this.#parts.cluster.pods.keys()) this.lookAt(key);
  }

  /** Watches over an action until it is known whether it helped. */
  follow(performed: PerformedAction): void {
    this.#followUp.begin(performed);
    this.#queue.addAfter(`${ACTION}${performed.incident.key}`, FOLLOW_UP_MS);
  }

  stop(): Promise<void> {
    return this.#queue.stop();
  }

  async #handle(key: string): Promise<void> {
    if (key.startsWith(POD)) return this.#reconcile(key.slice(POD.length));
    if (this.#followUp.look(key.slice(ACTION.length))) this.#queue.addAfter(key, FOLLOW_UP_MS);
  }

  async #reconcile(podKey: string): Promise<void> {
    const { cluster, policies, incidents } = this.#parts;
    const pod = cluster.pods.get(podKey);
    for (const incident of incidents.about(podKey)) this.#closeIfOver(incident, pod);
    if (pod === undefined) {
      incidents.forgetObject(podKey);
      return;
    }
    for (const policy of policies.policies) {
      if (!selects(policy, pod)) continue;
      for (const condition of policy.conditions) await this.#judge({ pod, policy, condition });
    }
  }

  async #judge(judged: Judged): Promise<void> {
    const { incidents, monitor, clock, life } = this.#parts;
    const { pod, policy, condition } = judged;
    const nowMs = clock.nowMs();
    const key = incidentKey(policy.name, condition.type, pod.uid);
    const open = incidents.get(key);
    if (open?.actedAtMs !== undefined) return;
    const assessment = monitor.assess(pod, policy, condition, nowMs);
    switch (assessment.kind) {
      case 'healthy':
        incidents.forgetSymptom(key);
        if (open !== undefined) life.resolved(open, `the symptom is gone without an action: ${assessment.reason}`);
        return;
      case 'suspect':
        incidents.noticed(key, pod.key, assessment.sinceMs);
        return this.#lookAgainAt(pod.key, assessment.untilMs, nowMs);
      case 'not-applicable':
        return this.#lookAgainAt(pod.key, assessment.untilMs, nowMs);
      case 'missing':
        if (open !== undefined) life.blind(open, assessment.reason);
        return;
      case 'unhealthy':
        return this.#treat(judged, open ?? this.#open(judged, key, assessment, nowMs), assessment.reason);
      default:
        return assessment satisfies never;
    }
  }

  async #treat(judged: Judged, incident: Incident<PodTarget>, reason: string): Promise<void> {
    const { life, cluster } = this.#parts;
    incident.reason = reason;
    incident.owner = cluster.ownerOf(judged.pod);
    const sick = new SickPod(this.#parts, { ...judged, incident });
    const treatment = await life.treat(sick);
    if (treatment.kind === 'acted') this.follow(sick.performed(treatment.generation));
    else this.#queue.addAfter(`${POD}${judged.pod.key}`, treatment.retryAfterMs);
  }

  #open(
    { pod, policy, condition }: Judged,
    key: string,
    { sinceMs, reason }: Extract<Assessment, { kind: 'unhealthy' }>,
    nowMs: number,
  ): Incident<PodTarget> {
    const { incidents, cluster, life } = this.#parts;
    return life.open({
      key,
      policy: policy.name,
      condition: condition.type,
      target: toTarget(pod),
      objectKey: pod.key,
      owner: cluster.ownerOf(pod),
      firstSeenMs: incidents.noticed(key, pod.key, sinceMs),
      detectedAtMs: nowMs,
      reason,
    });
  }

  /** Closes what nobody can act on any more; what was acted on is the follow-up's business. */
  #closeIfOver(incident: Incident<PodTarget>, pod: PodView | undefined): void {
    if (incident.actedAtMs !== undefined) return;
    const { life, policies } = this.#parts;
    const leaving = pod?.terminating === true && incident.condition !== 'StuckTerminating';
    if (pod === undefined || pod.uid !== incident.target.uid || leaving) {
      if (incident.unsure) life.helped(incident, 'the action got no answer, but the pod went away');
      else life.vanished(incident, POD_WENT_AWAY);
      return;
    }
    const inForce = policies.policies.some(
      (policy) =>
        policy.name === incident.policy &&
        selects(policy, pod) &&
        policy.conditions.some(({ type }) => type === incident.condition),
    );
    if (!inForce) life.resolved(incident, 'no policy in force asks for it any more');
  }

  #lookAgainAt(podKey: string, atMs: number | undefined, nowMs: number): void {
    if (atMs !== undefined) this.#queue.addAfter(`${POD}${podKey}`, atMs - nowMs);
  }
}
