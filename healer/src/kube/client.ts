import {
  AppsV1Api,
  CoordinationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  EventsV1Api,
  KubeConfig,
  PatchStrategy,
  type V1ControllerRevision,
  type V1DaemonSet,
  type V1Deployment,
  type V1Pod,
  type V1ReplicaSet,
  type V1Secret,
  type V1StatefulSet,
} from '@kubernetes/client-node';
import { poolConnections } from './dispatcher.ts';
import { toEvent, type WrittenEvent } from './event.ts';
import { KubeError, toKubeError } from './kube-error.ts';
import type { LeaseApi, LeaseFolder } from './lease.ts';
import { fromV1Lease, LEASE_LABELS, toV1Lease } from './lease-object.ts';
import { ObjectApi } from './object-api.ts';
import { withPlainNames } from './path-segment.ts';
import { type Call, inTime, patchInTime, undefinedWhenMissing } from './request.ts';
import { RELEASES, WatchSources } from './watch-sources.ts';

const LIST_TIMEOUT_MS = 15_000;
const WRITE_TIMEOUT_MS = 2_000;
const FIELD_MANAGER = 'healproof-healer';

export type CallObserver = (method: string, resource: string, code: string) => void;

/** A pod to evict: gone or replaced by another of the same name, it is left alone. */
export interface EvictionTarget {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** An object of any group but the core one. */
export interface ObjectAddress {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string;
  readonly name: string;
}

export interface WorkloadAddress {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
  readonly namespace: string;
  readonly name: string;
}

export type WorkloadObject = V1Deployment | V1StatefulSet | V1DaemonSet;

const PLURALS = { Deployment: 'deployments', StatefulSet: 'statefulsets', DaemonSet: 'daemonsets' } as const;

/** All of the healer's API traffic goes through here; every method rejects with a KubeError. */
export class KubeClient {
  /** What can be listed and then watched. */
  readonly watches: WatchSources;
  readonly #core: CoreV1Api;
  readonly #apps: AppsV1Api;
  readonly #events: EventsV1Api;
  readonly #coordination: CoordinationV1Api;
  readonly #custom: CustomObjectsApi;
  readonly #observe: CallObserver;
  readonly #objects: ObjectApi;
  readonly #fieldManager: string;
  readonly #call: Call = async (method, resource, doing, send) => {
    try {
      const result = await send();
      this.#observe(method, resource, '2xx');
      return result;
    } catch (error) {
      const kubeError = toKubeError(error, doing);
      this.#observe(method, resource, String(kubeError.status ?? 'none'));
      throw kubeError;
    }
  };

  /** `fieldManager` owns the fields that are applied. */
  constructor(config: KubeConfig, observe: CallObserver = () => undefined, fieldManager = FIELD_MANAGER) {
    this.#fieldManager = fieldManager;
    poolConnections(config);
    this.#core = withPlainNames(config.makeApiClient(CoreV1Api));
    this.#apps = withPlainNames(config.makeApiClient(AppsV1Api));
    this.#events = withPlainNames(config.makeApiClient(EventsV1Api));
    this.#coordination = withPlainNames(config.makeApiClient(CoordinationV1Api));
    this.#custom = withPlainNames(config.makeApiClient(CustomObjectsApi));
    this.#observe = observe;
    const apis = { core: this.#core, apps: this.#apps, custom: this.#custom };
    this.watches = new WatchSources(config, apis, this.#call);
    this.#objects = new ObjectApi(apis, this.#call);
  }

  /** Requests about single objects for which the methods here are too many; they count and fail like all others. */
  objects(): ObjectApi {
    return this.#objects;
  }

  /** The pod as it is now, past every cache; undefined when there is none. */
  readPod(namespace: string, name: string): Promise<V1Pod | undefined> {
    return this.#call('get', 'pods', `read pod ${namespace}/${name}`, () =>
      this.#core.readNamespacedPod({ namespace, name }, inTime(WRITE_TIMEOUT_MS)),
    ).catch(undefinedWhenMissing);
  }

  async evictPod({ namespace, name, uid }: EvictionTarget): Promise<void> {
    const metadata = { name, namespace };
    const deleteOptions = { preconditions: { uid } };
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata, deleteOptions };
    await this.#call('create', 'pods/eviction', `evict pod ${namespace}/${name}`, () =>
      this.#core.createNamespacedPodEviction({ namespace, name, body }, inTime(WRITE_TIMEOUT_MS)),
    );
  }

  /** Writes an Event once: an Event of that name that is there already counts as written. */
  async createEvent(event: WrittenEvent): Promise<void> {
    const { namespace } = event;
    await this.#call('create', 'events', `write event in ${namespace}`, () =>
      this.#events.createNamespacedEvent({ namespace, body: toEvent(event) }, inTime(WRITE_TIMEOUT_MS)),
    ).catch((error: unknown) => {
      if (!(error instanceof KubeError && error.status === 409)) throw error;
    });
  }

  /**
   * Server-side apply: makes the object or sets the given fields, which then belong to the healer. A field of somebody
   * else is a KubeError 409 unless `force` takes it over.
   */
  async apply(at: ObjectAddress, fields: object, { force = false } = {}): Promise<void> {
    const { group, version, plural, namespace, name } = at;
    const body = { apiVersion: `${group}/${version}`, ...fields };
    await this.#call('patch', plural, `apply ${plural} ${namespace}/${name}`, () =>
      this.#custom.patchNamespacedCustomObject(
        { group, version, plural, namespace, name, body, fieldManager: this.#fieldManager, force },
        patchInTime(PatchStrategy.ServerSideApply, WRITE_TIMEOUT_MS),
      ),
    );
  }

  leases(namespace: string, name: string): LeaseApi {
    const doing = `lease ${namespace}/${name}`;
    const api = this.#coordination;
    return {
      read: () =>
        this.#call('get', 'leases', `read ${doing}`, () =>
          api.readNamespacedLease({ namespace, name }, inTime(WRITE_TIMEOUT_MS)),
        )
          .then(fromV1Lease)
          .catch(undefinedWhenMissing),
      create: (write) =>
        this.#call('create', 'leases', `create ${doing}`, () =>
          api.createNamespacedLease({ namespace, body: toV1Lease(namespace, name, write) }, inTime(WRITE_TIMEOUT_MS)),
        ).then(fromV1Lease),
      replace: (resourceVersion, write) =>
        this.#call('update', 'leases', `replace ${doing}`, () => {
          const body = toV1Lease(namespace, name, write, resourceVersion);
          return api.replaceNamespacedLease({ namespace, name, body }, inTime(WRITE_TIMEOUT_MS));
        }).then(fromV1Lease),
    };
  }

  /** All Leases of the healer in one namespace. */
  leaseFolder(namespace: string): LeaseFolder {
    const labelSelector = Object.entries(LEASE_LABELS)
      .map(([key, value]) => `${key}=${value}`)
      .join(',');
    return {
      list: async () => {
        const { items } = await this.#call('list', 'leases', `list leases in ${namespace}`, () =>
          this.#coordination.listNamespacedLease({ namespace, labelSelector }, inTime(WRITE_TIMEOUT_MS)),
        );
        return new Map(items.map((lease) => [lease.metadata?.name ?? '', fromV1Lease(lease)]));
      },
      lease: (name) => this.leases(namespace, name),
      remove: (name) =>
        this.#call('delete', 'leases', `delete lease ${namespace}/${name}`, () =>
          this.#coordination.deleteNamespacedLease({ namespace, name }, inTime(WRITE_TIMEOUT_MS)),
        ).then(() => undefined, undefinedWhenMissing),
    };
  }

  /** Every revision of one Helm release, past every cache. */
  async readRelease(namespace: string, release: string): Promise<V1Secret[]> {
    const asked = { namespace, fieldSelector: RELEASES.fieldSelector, labelSelector: `owner=helm,name=${release}` };
    const list = await this.#call('list', 'secrets', `read release ${namespace}/${release}`, () =>
      this.#core.listNamespacedSecret(asked, inTime(LIST_TIMEOUT_MS)),
    );
    return list.items;
  }

  /** Sets keys of a ConfigMap that is there already and leaves the others alone; null removes one. */
  async patchConfigMap(namespace: string, name: string, data: Readonly<Record<string, string | null>>): Promise<void> {
    await this.#call('patch', 'configmaps', `patch configmap ${namespace}/${name}`, () =>
      this.#core.patchNamespacedConfigMap(
        { namespace, name, body: { data }, fieldManager: this.#fieldManager },
        patchInTime(PatchStrategy.MergePatch, WRITE_TIMEOUT_MS),
      ),
    );
  }

  /** A workload as it is now; undefined when there is none. */
  async readWorkload({ kind, namespace, name }: WorkloadAddress): Promise<WorkloadObject | undefined> {
    const at = { namespace, name };
    const timing = inTime(WRITE_TIMEOUT_MS);
    const read = {
      Deployment: () => this.#apps.readNamespacedDeployment(at, timing),
      StatefulSet: () => this.#apps.readNamespacedStatefulSet(at, timing),
      DaemonSet: () => this.#apps.readNamespacedDaemonSet(at, timing),
    };
    return this.#call<WorkloadObject>('get', PLURALS[kind], `read ${kind} ${namespace}/${name}`, read[kind]).catch(
      undefinedWhenMissing,
    );
  }

  /** Strategic merge patch; with `metadata.resourceVersion` in it a workload that changed meanwhile is a KubeError 409. */
  async patchWorkload({ kind, namespace, name }: WorkloadAddress, body: object): Promise<WorkloadObject> {
    const asked = { namespace, name, body, fieldManager: this.#fieldManager };
    const options = patchInTime(PatchStrategy.StrategicMergePatch, WRITE_TIMEOUT_MS);
    const patch = {
      Deployment: () => this.#apps.patchNamespacedDeployment(asked, options),
      StatefulSet: () => this.#apps.patchNamespacedStatefulSet(asked, options),
      DaemonSet: () => this.#apps.patchNamespacedDaemonSet(asked, options),
    };
    return this.#call<WorkloadObject>('patch', PLURALS[kind], `patch ${kind} ${namespace}/${name}`, patch[kind]);
  }

  /** ReplicaSets of a namespace that a selector chooses, as they are now. */
  async readReplicaSets(namespace: string, labelSelector: string): Promise<V1ReplicaSet[]> {
    const list = await this.#call('list', 'replicasets', `read replicasets of ${namespace}`, () =>
      this.#apps.listNamespacedReplicaSet({ namespace, labelSelector }, inTime(WRITE_TIMEOUT_MS)),
    );
    return list.items;
  }

  /** ControllerRevisions of a namespace that a selector chooses, as they are now. */
  async readControllerRevisions(namespace: string, labelSelector: string): Promise<V1ControllerRevision[]> {
    const list = await this.#call('list', 'controllerrevisions', `read controllerrevisions of ${namespace}`, () =>
      this.#apps.listNamespacedControllerRevision({ namespace, labelSelector }, inTime(WRITE_TIMEOUT_MS)),
    );
    return list.items;
  }
}

/** Configuration from the service account in a pod, or from KUBECONFIG elsewhere. */
export function loadKubeConfig(inCluster: boolean): KubeConfig {
  const config = new KubeConfig();
  if (inCluster) config.loadFromCluster();
  else config.loadFromDefault();
  return config;
}
