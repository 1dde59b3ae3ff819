import type { V1ControllerRevision, V1ReplicaSet } from '@kubernetes/client-node';
import type { Clock } from '../../clock.ts';
import type { ClusterCache } from '../../cluster/cluster-cache.ts';
import { managerOf } from '../../cluster/managed-elsewhere.ts';
import type { PodView } from '../../cluster/pod.ts';
import { hasRevisions, type RevisedWorkload } from '../../cluster/workload-facts.ts';
import { RETRY_MS, refused } from '../../incidents/refused.ts';
import type { Remedy, RemedyRequest, RemedyResult } from '../../incidents/remedy.ts';
import type { EvictionTarget, WorkloadAddress, WorkloadObject } from '../../kube/client.ts';
import { KubeError } from '../../kube/kube-error.ts';
import { ANNOTATIONS } from '../../names.ts';
import type { LastKnownGood } from '../../releases/last-known-good.ts';
import { subjectOf } from '../../releases/working-revisions.ts';
import type { ShardOwnership } from '../../shards/ownership.ts';
import { planWorkload, type RollbackTrace, readTrace } from './decide-workload.ts';
import { releaseOf } from './release-owner.ts';
import {
  currentRevision,
  type KeptRevision,
  REVISION_LABEL,
  revisionsOfController,
  revisionsOfDeployment,
} from './revisions.ts';

export interface WorkloadApi {
  readWorkload(at: WorkloadAddress): Promise<WorkloadObject | undefined>;
  patchWorkload(at: WorkloadAddress, body: object): Promise<WorkloadObject>;
  readReplicaSets(namespace: string, labelSelector: string): Promise<V1ReplicaSet[]>;
  readControllerRevisions(namespace: string, labelSelector: string): Promise<V1ControllerRevision[]>;
  evictPod(target: EvictionTarget): Promise<void>;
}

export interface WorkloadRollbackParts {
  readonly api: WorkloadApi;
  readonly clock: Clock;
  readonly shards: ShardOwnership;
  readonly cluster: Pick<ClusterCache, 'podsIn'>;
  readonly lastKnownGood: Pick<LastKnownGood, 'isKnownGood'>;
  readonly giveUpAfter: number;
}

interface Found {
  readonly live: WorkloadObject;
  readonly revisions: readonly KeptRevision[];
  readonly current: string;
}

/** Brings a workload whose newest revision does not work back to the last one that did. */
export class RollbackWorkload implements Remedy {
  readonly type = 'RollbackWorkload';
  readonly #parts: WorkloadRollbackParts;

  constructor(parts: WorkloadRollbackParts) {
    this.#parts = parts;
  }

  async apply(sick: RemedyRequest): Promise<RemedyResult> {
    const { workload } = sick;
    if (workload === undefined) return { kind: 'inapplicable', reason: 'no known workload replaces the pod' };
    if (!hasRevisions(workload)) return { kind: 'inapplicable', reason: 'a ReplicaSet keeps no earlier revision' };
    try {
      return await this.#treat(sick, workload);
    } catch (error) {
      if (error instanceof KubeError) return explain(error);
      throw error;
    }
  }

  async #treat(sick: RemedyRequest, workload: RevisedWorkload): Promise<RemedyResult> {
    const live = await this.#parts.api.readWorkload(workload);
    if (live?.metadata?.uid !== workload.uid) return refused('TargetGone', 'the workload is gone');
    const trace = readTrace(live.metadata.annotations?.[ANNOTATIONS.rolledBack]);
    if (trace?.incident === sick.incident) return this.#again(workload, live, trace);
    const release = releaseOf(live);
    if (release !== undefined) {
      return { kind: 'inapplicable', reason: `Helm release ${release.namespace}/${release.release} owns the workload` };
    }
    const manager = managerOf(live.metadata);
    if (manager !== undefined) return { kind: 'inapplicable', reason: `${manager} keeps the workload as it is` };
    if (live.metadata.generation !== workload.generation)
      return refused('StaleWatch', 'the workload was changed meanwhile');
    const found = await this.#find(workload, live);
    return found === undefined
      ? refused('StaleWatch', 'its controller has not seen the newest spec')
      : this.#rollBack(sick, workload, found, trace);
  }

  async #rollBack(
    sick: RemedyRequest,
    workload: RevisedWorkload,
    { live, revisions, current }: Found,
    trace: RollbackTrace | undefined,
  ): Promise<RemedyResult> {
    const { api, clock, shards, lastKnownGood, giveUpAfter } = this.#parts;
    const pod = this.#parts.cluster.podsIn(workload.namespace).find(({ uid }) => uid === sick.target.uid);
    if (pod === undefined) return refused('TargetGone', 'the pod is gone');
    if (
      !belongsTo(
        pod,
        revisions.find(({ name }) => name === current),
        current,
      )
    ) {
      return { kind: 'inapplicable', reason: 'the pod is not of the newest revision, so the rollout is not the cause' };
    }
    const plan = planWorkload({
      current,
      revisions,
      trace,
      giveUpAfter,
      isKnownGood: (name) => lastKnownGood.isKnownGood(subjectOf(workload), name),
    });
    if (plan.kind === 'leave') return { kind: 'inapplicable', reason: plan.reason };
    const to = revisions.find(({ name }) => name === plan.to.name);
    if (to === undefined) throw new Error('planned a revision that is not there');
    if (!(await shards.confirm(workload.uid)) || !shards.mayActOn(workload.uid)) {
      return refused('NotMyShard', 'the lease could not be confirmed just before acting');
    }
    const atMs = clock.nowMs();
    const note: RollbackTrace = { incident: sick.incident, from: current, to: to.name, times: plan.times, atMs };
    const metadata = {
      resourceVersion: live.metadata?.resourceVersion,
      annotations: { [ANNOTATIONS.rolledBack]: JSON.stringify(note) },
    };
    const after = await api.patchWorkload(workload, { metadata, spec: to.spec });
    return this.#finish(workload, after, note);
  }

  /** The patch was sent before; whatever comes after it may not have been. */
  #again(workload: RevisedWorkload, live: WorkloadObject, trace: RollbackTrace): Promise<RemedyResult> {
    return this.#finish(workload, live, trace);
  }

  async #finish(
    workload: RevisedWorkload,
    after: WorkloadObject,
    { from, to, atMs }: RollbackTrace,
  ): Promise<RemedyResult> {
    // A StatefulSet waits for its broken pod for ever, also when the spec is good again.
    if (workload.kind === 'StatefulSet') await this.#clear(workload, from);
    const generation = after.metadata?.generation;
    return { kind: 'accepted', actedAtMs: atMs, generation, detail: `rolled back from ${from} to ${to}` };
  }

  async #clear({ namespace, uid }: RevisedWorkload, bad: string): Promise<void> {
    const { api, cluster } = this.#parts;
    const stuck = cluster
      .podsIn(namespace)
      .filter((pod) => pod.owner?.uid === uid && pod.labels[REVISION_LABEL] === bad && !pod.ready && !pod.terminating);
    for (const { name, uid: pod } of stuck) {
      await api.evictPod({ namespace, name, uid: pod }).catch((error: unknown) => {
        // Gone already, or another one of its name.
        if (!(error instanceof KubeError && (error.status === 404 || error.status === 409))) throw error;
      });
    }
  }

  async #find(workload: RevisedWorkload, live: WorkloadObject): Promise<Found | undefined> {
    const { api, cluster } = this.#parts;
    const { kind, namespace, uid } = workload;
    const selector = selectorText(live.spec?.selector?.matchLabels ?? {});
    const revisions =
      kind === 'Deployment'
        ? revisionsOfDeployment(uid, await api.readReplicaSets(namespace, selector))
        : revisionsOfController(uid, await api.readControllerRevisions(namespace, selector), cluster.podsIn(namespace));
    const current = currentRevision(live, kind, revisions);
    return current === undefined ? undefined : { live, revisions, current };
  }
}

/** A pod of a Deployment is owned by the ReplicaSet of its revision; others carry a label. */
function belongsTo(pod: PodView, revision: KeptRevision | undefined, current: string): boolean {
  if (pod.owner?.kind === 'ReplicaSet') return pod.owner.name === current;
  const label = pod.labels[REVISION_LABEL];
  return label !== undefined && (label === current || revision?.name.endsWith(`-${label}`) === true);
}

function selectorText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

function explain(error: KubeError): RemedyResult {
  const retryAfterMs = error.retryAfterMs ?? RETRY_MS;
  if (error.status === 404) return refused('TargetGone', error.message);
  if (error.status === 409) return refused('StaleWatch', error.message);
  if (error.status === 429 && error.causes.includes('DisruptionBudget')) {
    return { kind: 'refused', refusal: 'DisruptionBudget', reason: error.message, retryAfterMs };
  }
  const unsure = error.status === undefined || error.status >= 500;
  return { kind: 'failed', reason: error.message, unsure, retryAfterMs };
}
