import type {
  KubernetesObject,
  V1DaemonSet,
  V1Deployment,
  V1Namespace,
  V1Node,
  V1Pod,
  V1ReplicaSet,
  V1StatefulSet,
} from '@kubernetes/client-node';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { ObjectStore } from '../kube/object-store.ts';
import { Reflector, type WatchedObject, type WatchSource } from '../kube/reflector.ts';
import type { WatchSources } from '../kube/watch-sources.ts';
import { ANNOTATIONS } from '../names.ts';
import type { PolicyObject } from '../policy/parse.ts';
import { type RemediationView, viewRemediation } from '../remediations/view.ts';
import { type NodeView, viewNode } from './node.ts';
import { isNewest, seenFrom, viewDaemonSet, viewStatefulSet } from './own-pods.ts';
import { pausedUntilMs } from './paused-until.ts';
import { type PodView, viewPod } from './pod.ts';
import { type RolloutView, WORKLOAD_KINDS } from './rollout.ts';
import { type ReplicaSetView, viewDeployment, viewReplicaSet, type WorkloadView } from './workload.ts';
import type { WorkloadFacts } from './workload-facts.ts';

export interface ClusterSources {
  readonly pods: WatchSource<V1Pod>;
  readonly replicaSets: WatchSource<V1ReplicaSet>;
  readonly deployments: WatchSource<V1Deployment>;
  readonly statefulSets: WatchSource<V1StatefulSet>;
  readonly daemonSets: WatchSource<V1DaemonSet>;
  readonly namespaces: WatchSource<V1Namespace>;
  readonly nodes: WatchSource<V1Node>;
  readonly policies: WatchSource<KubernetesObject>;
  readonly clusterPolicies: WatchSource<KubernetesObject>;
  readonly remediations: WatchSource<KubernetesObject>;
}

/** Where the healer's view of the cluster comes from. */
export function sourcesOf(watches: WatchSources): ClusterSources {
  return {
    pods: watches.pods(),
    replicaSets: watches.replicaSets(),
    deployments: watches.deployments(),
    statefulSets: watches.statefulSets(),
    daemonSets: watches.daemonSets(),
    namespaces: watches.namespaces(),
    nodes: watches.nodes(),
    policies: watches.own('HealingPolicy'),
    clusterPolicies: watches.own('ClusterHealingPolicy'),
    remediations: watches.own('Remediation'),
  };
}

export interface NamespaceView {
  readonly optedOut: boolean;
  /** Infinite when the annotation cannot be read. */
  readonly pausedUntilMs: number | undefined;
}

export interface ClusterCacheOptions {
  readonly clock: Clock;
  readonly timeoutSeconds: number;
  readonly log: Pick<Logger, 'warn'>;
}

interface Watching {
  readonly name: string;
  ageMs(): number;
  run(signal: AbortSignal): Promise<void>;
}

/** The cluster as the watches show it. */
export class ClusterCache {
  readonly pods = new ObjectStore<PodView>();
  readonly replicaSets = new ObjectStore<ReplicaSetView>();
  readonly deployments = new ObjectStore<WorkloadView>();
  readonly statefulSets = new ObjectStore<WorkloadView>();
  readonly daemonSets = new ObjectStore<WorkloadView>();
  readonly namespaces = new ObjectStore<NamespaceView>();
  readonly nodes = new ObjectStore<NodeView>();
  readonly policies = new ObjectStore<PolicyObject>();
  readonly clusterPolicies = new ObjectStore<PolicyObject>();
  readonly remediations = new ObjectStore<RemediationView>();
  readonly reflectors: readonly Watching[];

  constructor(sources: ClusterSources, options: ClusterCacheOptions) {
    const { clock, timeoutSeconds, log } = options;
    const onTrouble = (message: string): void => log.warn(message);
    const watch = <K extends WatchedObject, T>(
      name: string,
      source: WatchSource<K>,
      store: ObjectStore<T>,
      project: (object: K, previous: T | undefined) => T,
    ): Watching => new Reflector<K, T>({ clock, timeoutSeconds, onTrouble, name, source, store, project });
    this.reflectors = [
      watch('pods', sources.pods, this.pods, (pod, previous) => viewPod(pod, previous, clock.nowMs())),
      watch('replicasets', sources.replicaSets, this.replicaSets, viewReplicaSet),
      watch('deployments', sources.deployments, this.deployments, viewDeployment),
      watch('statefulsets', sources.statefulSets, this.statefulSets, viewStatefulSet),
      watch('daemonsets', sources.daemonSets, this.daemonSets, viewDaemonSet),
      watch('namespaces', sources.namespaces, this.namespaces, viewNamespace),
      watch('nodes', sources.nodes, this.nodes, viewNode),
      watch('policies', sources.policies, this.policies, viewPolicy),
      watch('cluster-policies', sources.clusterPolicies, this.clusterPolicies, viewPolicy),
      watch('remediations', sources.remediations, this.remediations, viewRemediation),
    ];
  }

  /** What would replace a pod, as seen from it; undefined when there is nothing that the healer knows. */
  workloadOf(pod: Pick<PodView, 'namespace' | 'owner' | 'labels'>): WorkloadFacts | undefined {
    const view = this.#viewOf(pod);
    return view === undefined ? this.replicaSetOf(pod)?.bare : seenFrom(view, pod);
  }

  /** The pod is of the newest revision of its workload, and there was one before. */
  isOfNewRevision(pod: Pick<PodView, 'namespace' | 'owner' | 'labels'>): boolean {
    const view = this.#viewOf(pod);
    if (view === undefined) return false;
    if (view.facts.kind !== 'Deployment') return view.hasOlder === true && isNewest(view.rollout, pod.labels);
    const { revision } = view.facts;
    return revision > 1 && this.replicaSetOf(pod)?.revision === revision;
  }

  #viewOf(pod: Pick<PodView, 'namespace' | 'owner'>): WorkloadView | undefined {
    const owner = pod.owner?.kind === 'ReplicaSet' ? this.replicaSetOf(pod)?.deployment : pod.owner;
    const store = this.#storeOf(owner?.kind);
    const view = store?.get(`${pod.namespace}/${owner?.name}`);
    return view?.uid === owner?.uid ? view : undefined;
  }

  #storeOf(kind: string | undefined): ObjectStore<WorkloadView> | undefined {
    if (kind === 'Deployment') return this.deployments;
    if (kind === 'StatefulSet') return this.statefulSets;
    return kind === 'DaemonSet' ? this.daemonSets : undefined;
  }

  replicaSetOf({ namespace, owner }: Pick<PodView, 'namespace' | 'owner'>): ReplicaSetView | undefined {
    if (owner?.kind !== 'ReplicaSet') return undefined;
    const replicaSet = this.replicaSets.get(`${namespace}/${owner.name}`);
    return replicaSet?.uid === owner.uid ? replicaSet : undefined;
  }

  /** UID of what owns a pod in the end, or its own: all replicas agree on it once they know the ReplicaSet. */
  ownerOf(pod: Pick<PodView, 'namespace' | 'owner' | 'uid'>): string {
    return this.replicaSetOf(pod)?.deployment?.uid ?? pod.owner?.uid ?? pod.uid;
  }

  workload(uid: string): WorkloadFacts | undefined {
    const stores = [this.deployments, this.statefulSets, this.daemonSets];
    const view = stores.flatMap((store) => [...store.values()]).find((each) => each.uid === uid);
    return view?.facts ?? [...this.replicaSets.values()].find((each) => each.uid === uid)?.bare;
  }

  podsIn(namespace: string): PodView[] {
    return [...this.pods.values()].filter((pod) => pod.namespace === namespace);
  }

  /** `key` is `Kind/namespace/name`. */
  rolloutOf(key: string): RolloutView | undefined {
    const [kind, ...place] = key.split('/');
    return this.#storeOf(kind)?.get(place.join('/'))?.rollout;
  }

  /** Passes on every change of a workload; `key` is `Kind/namespace/name`. */
  onRolloutChange(listener: (key: string, rollout: RolloutView | undefined) => void): void {
    for (const kind of WORKLOAD_KINDS) {
      this.#storeOf(kind)?.onChange(({ key, current }) => listener(`${kind}/${key}`, current?.rollout));
    }
  }

  /** Pods of one workload, ended ones too. */
  podsOf(workloadUid: string): PodView[] {
    return [...this.pods.values()].filter((pod) => this.workloadOf(pod)?.uid === workloadUid);
  }

  /** Pods of the newest revision of a workload, as far as it is known which one that is. */
  newPodsOf({ kind, uid, newest }: RolloutView): PodView[] {
    const pods = [...this.pods.values()].filter(({ terminating }) => !terminating);
    if (kind !== 'Deployment') {
      return pods.filter(
        ({ owner, labels }) => owner?.uid === uid && newest !== undefined && labels[newest.label] === newest.value,
      );
    }
    const newestSet = this.#newestReplicaSet(uid);
    return pods.filter(({ owner }) => newestSet !== undefined && owner?.uid === newestSet.uid);
  }

  /** Name of the ReplicaSet or ControllerRevision that the newest spec of a workload stands for. */
  newestRevisionOf(rollout: RolloutView): string | undefined {
    if (rollout.kind === 'Deployment') return this.#newestReplicaSet(rollout.uid)?.name;
    if (rollout.kind === 'StatefulSet') return rollout.newest?.value;
    const hash = this.newPodsOf(rollout)[0]?.labels['controller-revision-hash'];
    return hash === undefined ? undefined : `${rollout.name}-${hash}`;
  }

  #newestReplicaSet(deploymentUid: string): (ReplicaSetView & { readonly name: string }) | undefined {
    const own = [...this.replicaSets.entries()].filter(([, { deployment }]) => deployment?.uid === deploymentUid);
    const [key, view] = own.sort(([, a], [, b]) => b.revision - a.revision)[0] ?? [];
    return key === undefined || view === undefined ? undefined : { ...view, name: key.split('/')[1] ?? '' };
  }

  /** Age of every watch that decisions rest on. */
  watchAges(): { name: string; ageMs: number }[] {
    return this.reflectors.map((reflector) => ({ name: reflector.name, ageMs: reflector.ageMs() }));
  }

  /** Runs all watches until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.reflectors.map((reflector) => reflector.run(signal)));
  }
}

function viewNamespace({ metadata }: V1Namespace): NamespaceView {
  const annotations = metadata?.annotations;
  return { optedOut: annotations?.[ANNOTATIONS.heal] === 'false', pausedUntilMs: pausedUntilMs(annotations) };
}

function viewPolicy(object: KubernetesObject): PolicyObject {
  const { name = '', namespace, uid = '', generation = 0 } = object.metadata ?? {};
  const { spec } = object as { spec?: unknown };
  return { metadata: { name, uid, generation, ...(namespace === undefined ? {} : { namespace }) }, spec };
}
