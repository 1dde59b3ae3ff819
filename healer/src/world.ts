import type { V1ConfigMap, V1Deployment, V1Namespace, V1Pod, V1ReplicaSet } from '@kubernetes/client-node';
import type { Clock } from './clock.ts';
import type { WorkloadFacts } from './engines/recovery/facts.ts';
import {
  type DeploymentView,
  type ReplicaSetView,
  viewDeployment,
  viewReplicaSet,
} from './engines/recovery/workload.ts';
import { ObjectStore } from './kube/object-store.ts';
import { Reflector, type WatchSource } from './kube/reflector.ts';
import type { RolloutView } from './monitors/helm/rollout.ts';
import { type PodView, viewPod } from './monitors/pod/pod.ts';
import { ANNOTATIONS, HEALER } from './names.ts';

export interface WorldSources {
  readonly pods: WatchSource<V1Pod>;
  readonly replicaSets: WatchSource<V1ReplicaSet>;
  readonly deployments: WatchSource<V1Deployment>;
  readonly namespaces: WatchSource<V1Namespace>;
  readonly policies: WatchSource<V1ConfigMap>;
}

/** A version of the ConfigMap with the policies. */
export interface PolicyText {
  readonly text: string;
  readonly source: string;
}

/** The cluster as the watches show it. */
export class World {
  readonly pods = new ObjectStore<PodView>();
  readonly replicaSets = new ObjectStore<ReplicaSetView>();
  readonly deployments = new ObjectStore<DeploymentView>();
  readonly namespaces = new ObjectStore<{ readonly optedOut: boolean }>();
  readonly policyTexts = new ObjectStore<PolicyText>();
  readonly reflectors: readonly { readonly name: string; ageMs(): number; run(signal: AbortSignal): Promise<void> }[];

  constructor(
    sources: WorldSources,
    options: { readonly clock: Clock; readonly timeoutSeconds: number; readonly onTrouble: (message: string) => void },
  ) {
    const { clock } = options;
    this.reflectors = [
      new Reflector<V1Pod, PodView>({
        ...options,
        name: 'pods',
        source: sources.pods,
        store: this.pods,
        project: (pod, previous) => viewPod(pod, previous, clock.nowMs()),
      }),
      new Reflector({
        ...options,
        name: 'replicasets',
        source: sources.replicaSets,
        store: this.replicaSets,
        project: viewReplicaSet,
      }),
      new Reflector({
        ...options,
        name: 'deployments',
        source: sources.deployments,
        store: this.deployments,
        project: viewDeployment,
      }),
      new Reflector({
        ...options,
        name: 'namespaces',
        source: sources.namespaces,
        store: this.namespaces,
        project: ({ metadata }: V1Namespace) => ({ optedOut: metadata?.annotations?.[ANNOTATIONS.heal] === 'false' }),
      }),
      new Reflector({
        ...options,
        name: 'policies',
        source: sources.policies,
        store: this.policyTexts,
        project: ({ data, metadata }: V1ConfigMap) => ({
          text: data?.[HEALER.configKey] ?? '',
          source: metadata?.resourceVersion ?? '',
        }),
      }),
    ];
  }

  /** The Deployment that would replace a pod; undefined when there is none that the healer knows. */
  workloadOf(pod: Pick<PodView, 'namespace' | 'owner'>): WorkloadFacts | undefined {
    if (pod.owner?.kind !== 'ReplicaSet') return undefined;
    const replicaSet = this.replicaSets.get(`${pod.namespace}/${pod.owner.name}`);
    if (replicaSet?.uid !== pod.owner.uid || replicaSet.deployment === undefined) return undefined;
    const deployment = this.deployments.get(`${pod.namespace}/${replicaSet.deployment.name}`);
    return deployment?.uid === replicaSet.deployment.uid ? deployment.facts : undefined;
  }

  /** UID of what owns a pod in the end, or its own: all replicas agree on it once they know the ReplicaSet. */
  ownerOf(pod: Pick<PodView, 'namespace' | 'owner' | 'uid'>): string {
    const { namespace, owner, uid } = pod;
    if (owner?.kind !== 'ReplicaSet') return owner?.uid ?? uid;
    const replicaSet = this.replicaSets.get(`${namespace}/${owner.name}`);
    return (replicaSet?.uid === owner.uid ? replicaSet.deployment?.uid : undefined) ?? owner.uid;
  }

  hasWorkload(uid: string): boolean {
    return [...this.deployments.values()].some((deployment) => deployment.uid === uid);
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
