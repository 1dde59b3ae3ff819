import type { V1Pod } from '@kubernetes/client-node';
import type { Clock } from '../../clock.ts';
import type { EvictionTarget } from '../../kube/client.ts';
import { KubeError } from '../../kube/kube-error.ts';
import { classify } from '../../monitors/pod/classify.ts';
import type { PodMonitor } from '../../monitors/pod/observe.ts';
import { type PodView, viewPod } from '../../monitors/pod/pod.ts';
import type { RefusalReason } from '../../names.ts';
import type { Ownership } from '../../ownership.ts';
import type { Condition, Policy } from '../../policy/schema.ts';
import type { Diary } from '../../records/diary.ts';
import type { Incident } from '../../records/incident.ts';
import type { World } from '../../world.ts';
import { type ActOutcome, evict } from './act.ts';
import { decide } from './decide.ts';
import type { ActionFacts, WorkloadFacts } from './facts.ts';
import type { Ledger } from './ledger.ts';

export interface RecoveryApi {
  readPod(namespace: string, name: string): Promise<V1Pod | undefined>;
  evictPod(target: EvictionTarget): Promise<void>;
}

export interface RecoveryOptions {
  readonly api: RecoveryApi;
  readonly world: World;
  readonly monitor: PodMonitor;
  readonly ledger: Ledger;
  readonly diary: Diary;
  readonly clock: Clock;
  readonly ownership: Ownership;
  readonly limits: Pick<ActionFacts, 'staleWatchMs' | 'allowedNamespaces' | 'ownNamespace'>;
}

/** A pod that was found unhealthy under one condition of one policy. */
export interface Case {
  readonly incident: Incident;
  readonly pod: PodView;
  readonly policy: Policy;
  readonly condition: Condition;
}

export type Treatment =
  | { readonly kind: 'waiting'; readonly retryAfterMs: number }
  /** `knownPods` are the UIDs of the workload's pods just before the action. */
  | { readonly kind: 'acted'; readonly workload: WorkloadFacts; readonly knownPods: readonly string[] };

const RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;

/** Decides about a sick pod and carries the decision out: intent, last look, eviction, record. */
export class RecoveryEngine {
  readonly #options: RecoveryOptions;

  constructor(options: RecoveryOptions) {
    this.#options = options;
  }

  async treat(sick: Case): Promise<Treatment> {
    const { clock, ledger, diary, world } = this.#options;
    const { incident } = sick;
    const nowMs = clock.nowMs();
    const facts = this.#gather(sick, nowMs);
    const decision = decide(facts, nowMs);
    if (decision.kind === 'refuse') {
      diary.refused(incident, decision.refusal, decision.reason);
      return { kind: 'waiting', retryAfterMs: decision.retryAfterMs };
    }
    const { workload } = facts;
    if (workload === undefined) throw new Error('decided to act on a pod without a workload');
    incident.decidedAtMs = nowMs;
    // In the ledger before anything is awaited: the next decision must already see this one.
    const { uid, generation } = workload;
    ledger.remove(incident.id);
    ledger.add({ incident: incident.id, policy: incident.policy, workload: uid, generation, atMs: nowMs });
    const knownPods = world.podsOf(uid).map((pod) => pod.uid);
    const outcome = await this.#carryOut(sick);
    if (outcome.kind !== 'accepted') return this.#notActed(incident, outcome);
    incident.actedAtMs = outcome.actedAtMs;
    diary.acted(incident);
    return { kind: 'acted', workload, knownPods };
  }

  #notActed(incident: Incident, outcome: Exclude<ActOutcome, { kind: 'accepted' }>): Treatment {
    const { clock, ledger, diary } = this.#options;
    incident.unsure ||= outcome.kind === 'failed' && outcome.unsure;
    if (!incident.unsure) ledger.remove(incident.id);
    const growth = outcome.kind === 'failed' ? 2 ** Math.min(incident.failures, 10) : 1;
    const retryAfterMs = Math.min(LONGEST_RETRY_MS, outcome.retryAfterMs * growth);
    if (outcome.kind === 'refused') diary.refused(incident, outcome.refusal, outcome.reason);
    else diary.failed(incident, outcome.reason, 'error');
    incident.holdUntilMs = clock.nowMs() + retryAfterMs;
    return { kind: 'waiting', retryAfterMs };
  }

  async #carryOut(sick: Case): Promise<ActOutcome> {
    const { ownership, world, api, clock } = this.#options;
    const notMine = refusal('NotMyShard', 'the lease could not be confirmed just before acting');
    const owner = world.ownerOf(sick.pod);
    if (!(await ownership.confirm(owner))) return notMine;
    const objection = await this.#lookAgain(sick);
    if (objection !== undefined) return objection;
    if (!ownership.mayActOn(owner)) return notMine;
    return evict(api, sick.pod, clock);
  }

  /** The watch may be a moment behind; the pod itself is not. */
  async #lookAgain({ pod, policy, condition }: Case): Promise<ActOutcome | undefined> {
    const { api, clock, monitor } = this.#options;
    try {
      const live = await api.readPod(pod.namespace, pod.name);
      if (live === undefined || live.metadata?.uid !== pod.uid) return refusal('TargetGone', 'the pod is gone');
      const view = viewPod(live, pod, clock.nowMs());
      if (view.terminating) return refusal('TargetGone', 'the pod is being deleted already');
      if (view.optedOut) return refusal('OptedOut', 'the pod was opted out a moment ago');
      const { kind, reason } = classify(monitor.observe(view, policy, condition), condition, clock.nowMs());
      if (kind === 'unhealthy') return undefined;
      return refusal(
        kind === 'missing' ? 'MissingData' : 'StaleWatch',
        `looked at again just before acting: ${reason}`,
      );
    } catch (error) {
      if (error instanceof KubeError) {
        return { kind: 'failed', reason: error.message, unsure: false, retryAfterMs: error.retryAfterMs ?? RETRY_MS };
      }
      throw error;
    }
  }

  #gather({ incident, pod, policy, condition }: Case, nowMs: number): ActionFacts {
    const { world, monitor, ledger, ownership, limits } = this.#options;
    const pods = monitor.podsOf(policy);
    const workloads = new Map(
      pods.flatMap((each) => {
        const facts = world.workloadOf(each);
        return facts === undefined ? [] : [[facts.key, facts.desiredReplicas] as const];
      }),
    );
    const desired = [...workloads.values()].reduce((sum, replicas) => sum + replicas, 0);
    const well = pods.filter((each) => each.uid !== pod.uid && monitor.isWell(each, policy, condition, nowMs));
    const current = world.pods.get(pod.key);
    return {
      ...limits,
      incident: incident.id,
      policy,
      target: current?.uid === pod.uid ? current : undefined,
      workload: world.workloadOf(pod),
      mine: ownership.mayActOn(world.ownerOf(pod)),
      watches: world.watchAges(),
      namespaceOptedOut: world.namespaces.get(pod.namespace)?.optedOut,
      peers: { total: Math.max(pods.length, desired), healthyOthers: well.length },
      actions: ledger.entries(),
    };
  }
}

function refusal(reason: RefusalReason, sentence: string): ActOutcome {
  return { kind: 'refused', refusal: reason, reason: sentence, retryAfterMs: RETRY_MS };
}
