import {
  type AppsV1Api,
  type CoreV1Api,
  type CustomObjectsApi,
  type KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  type V1ConfigMap,
  type V1DaemonSet,
  type V1Deployment,
  type V1Namespace,
  type V1Node,
  type V1Pod,
  type V1ReplicaSet,
  type V1Secret,
  type V1StatefulSet,
  Watch,
} from '@kubernetes/client-node';
import { API_VERSION, RESOURCES } from '../names.ts';
import { pathSegment } from './path-segment.ts';
import type { ListPage, WatchEventType, WatchSource } from './reflector.ts';
import { type Apis, type Call, inTime } from './request.ts';

const PAGE_SIZE = 500;
const LIST_TIMEOUT_MS = 15_000;
const RELEASE_PAGE_SIZE = 10;
/** Helm's releases and no other Secret. */
export const RELEASES = { fieldSelector: 'type=helm.sh/release.v1' } as const;

/** Everything the healer lists and watches; every method of a source rejects with a KubeError. */
export class WatchSources {
  readonly #config: KubeConfig;
  readonly #core: CoreV1Api;
  readonly #apps: AppsV1Api;
  readonly #custom: CustomObjectsApi;
  readonly #call: Call;

  constructor(config: KubeConfig, { core, apps, custom }: Apis, call: Call) {
    this.#config = config;
    this.#core = core;
    this.#apps = apps;
    this.#custom = custom;
    this.#call = call;
  }

  pods(): WatchSource<V1Pod> {
    return this.#source('pods', '/api/v1/pods', {}, (page) =>
      this.#core.listPodForAllNamespaces(page, inTime(LIST_TIMEOUT_MS)),
    );
  }

  namespaces(): WatchSource<V1Namespace> {
    return this.#source('namespaces', '/api/v1/namespaces', {}, (page) =>
      this.#core.listNamespace(page, inTime(LIST_TIMEOUT_MS)),
    );
  }

  replicaSets(): WatchSource<V1ReplicaSet> {
    return this.#source('replicasets', '/apis/apps/v1/replicasets', {}, (page) =>
      this.#apps.listReplicaSetForAllNamespaces(page, inTime(LIST_TIMEOUT_MS)),
    );
  }

  deployments(): WatchSource<V1Deployment> {
    return this.#source('deployments', '/apis/apps/v1/deployments', {}, (page) =>
      this.#apps.listDeploymentForAllNamespaces(page, inTime(LIST_TIMEOUT_MS)),
    );
  }

  nodes(): WatchSource<V1Node> {
    return this.#source('nodes', '/api/v1/nodes', {}, (page) => this.#core.listNode(page, inTime(LIST_TIMEOUT_MS)));
  }

  /** One of the healer's own kinds, in the whole cluster. */
  own<K extends KubernetesObject>(kind: keyof typeof RESOURCES): WatchSource<K> {
    const [group = '', version = ''] = API_VERSION.split('/');
    const plural = RESOURCES[kind];
    return this.#source<K>(plural, `/apis/${API_VERSION}/${plural}`, {}, (page) =>
      this.#custom.listClusterCustomObject({ group, version, plural, ...page }, inTime(LIST_TIMEOUT_MS)),
    );
  }

  /** One ConfigMap, by a field selector, so that the right to it by name is enough. */
  configMap(namespace: string, name: string): WatchSource<V1ConfigMap> {
    const fieldSelector = `metadata.name=${name}`;
    return this.#source(
      'configmaps',
      `/api/v1/namespaces/${pathSegment(namespace)}/configmaps`,
      { fieldSelector },
      (page) => this.#core.listNamespacedConfigMap({ namespace, fieldSelector, ...page }, inTime(LIST_TIMEOUT_MS)),
    );
  }

  statefulSets(): WatchSource<V1StatefulSet> {
    return this.#source('statefulsets', '/apis/apps/v1/statefulsets', {}, (page) =>
      this.#apps.listStatefulSetForAllNamespaces(page, inTime(LIST_TIMEOUT_MS)),
    );
  }

  daemonSets(): WatchSource<V1DaemonSet> {
    return this.#source('daemonsets', '/apis/apps/v1/daemonsets', {}, (page) =>
      this.#apps.listDaemonSetForAllNamespaces(page, inTime(LIST_TIMEOUT_MS)),
    );
  }

  /** Helm's releases in one namespace and no other Secret; few at a time, as each may be a megabyte. */
  releaseSecrets(namespace: string): WatchSource<V1Secret> {
    const { fieldSelector } = RELEASES;
    const path = `/api/v1/namespaces/${pathSegment(namespace)}/secrets`;
    return this.#source('secrets', path, { fieldSelector }, (page) =>
      this.#core.listNamespacedSecret(
        { namespace, fieldSelector, ...page, limit: RELEASE_PAGE_SIZE },
        inTime(LIST_TIMEOUT_MS),
      ),
    );
  }

  #source<K extends KubernetesObject>(
    resource: string,
    path: string,
    query: Record<string, string>,
    list: (page: { limit: number; _continue?: string }) => Promise<KubernetesListObject<K>>,
  ): WatchSource<K> {
    return {
      list: (token) =>
        this.#call('list', resource, `list ${resource}`, async () => {
          const page = await list({ limit: PAGE_SIZE, ...(token === undefined ? {} : { _continue: token }) });
          return toListPage(page);
        }),
      watch: (from, onEvent, signal) =>
        this.#call('watch', resource, `watch ${resource}`, () => {
          const asked = { ...query, resourceVersion: from.resourceVersion, timeoutSeconds: from.timeoutSeconds };
          return this.#watch(path, asked, onEvent, signal);
        }),
    };
  }

  #watch<K>(
    path: string,
    query: Record<string, string | number> & { timeoutSeconds: number },
    onEvent: (type: WatchEventType, object: K) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const watch = new Watch(this.#config);
    // Not public, and its 30 s are far longer than a half-open connection may go unnoticed.
    Reflect.set(watch, 'requestTimeoutMs', (query.timeoutSeconds + 5) * 1000);
    return new Promise((resolve, reject) => {
      const done = (error: unknown): void => (error ? reject(error) : resolve());
      const forward = (type: string, object: K): void => {
        if (!signal.aborted) onEvent(type as WatchEventType, object);
      };
      watch.watch(path, { ...query, allowWatchBookmarks: true }, forward, done).then((running) => {
        if (signal.aborted) running.abort();
        signal.addEventListener('abort', () => running.abort(), { once: true });
      }, reject);
    });
  }
}

function toListPage<K extends KubernetesObject>(list: KubernetesListObject<K>): ListPage<K> {
  const continueToken = list.metadata?._continue;
  return {
    items: list.items,
    resourceVersion: list.metadata?.resourceVersion ?? '',
    continueToken: continueToken === '' ? undefined : continueToken,
  };
}
