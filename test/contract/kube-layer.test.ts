import { AppsV1Api, CoreV1Api, type KubeConfig, PolicyV1Api, type V1Pod } from '@kubernetes/client-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../healer/src/clock.ts';
import { KubeClient } from '../../healer/src/kube/client.ts';
import { KubeError } from '../../healer/src/kube/kube-error.ts';
import { ObjectStore } from '../../healer/src/kube/object-store.ts';
import { Reflector } from '../../healer/src/kube/reflector.ts';
import { FakeApiServer } from '../../healer/test/fakes/fake-api-server.ts';
import { ApiServer, findPrograms } from '../real-cluster/api-server.ts';
import { FaultyProxy, type ProxyOptions } from '../real-cluster/faulty-proxy.ts';

/** An API server under the contract; `expire` makes old versions unknown to it. */
interface Subject {
  readonly proxied: ProxyOptions;
  config(url?: string): KubeConfig;
  expire(): void | Promise<void>;
  /** Makes it send a bookmark, where it does not do that by itself. */
  bookmark(): void;
  stop(): Promise<void>;
}

async function startFake(): Promise<Subject> {
  const server = new FakeApiServer();
  await server.start();
  return {
    proxied: { upstream: server.url },
    config: (url) => server.kubeConfig(url),
    expire: () => server.forgetHistory(),
    bookmark: () => server.bookmark('/api/v1/pods'),
    stop: () => server.stop(),
  };
}

const programs = findPrograms();

async function startReal(): Promise<Subject> {
  if (typeof programs === 'string') throw new Error(programs);
  const server = await ApiServer.start(programs);
  return {
    proxied: { upstream: server.url, tls: { cert: server.certificate, key: server.key } },
    config: (url) => server.kubeConfig('admin-token', url),
    expire: () => server.restart(),
    bookmark: () => undefined,
    stop: () => server.stop(),
  };
}

if (typeof programs === 'string') process.stderr.write(`kube-apiserver is left out of the contract: ${programs}\n`);

const POD_GONE_MS = 10_000;

describe.each([
  { title: 'the fake API server', start: startFake, skip: false },
  { title: 'kube-apiserver with etcd', start: startReal, skip: typeof programs === 'string' },
])('the Kubernetes layer on $title', ({ start, skip }) => {
  let subject: Subject;
  let admin: { core: CoreV1Api; policy: PolicyV1Api; apps: AppsV1Api };
  let proxy: FaultyProxy;
  let client: KubeClient;
  let store: ObjectStore<string>;
  let troubles: string[];
  let stop: AbortController;
  let running: Promise<void>;
  let namespace: string;
  let namespaces = 0;

  beforeAll(async () => {
    if (skip) return;
    subject = await start();
    const config = subject.config();
    admin = {
      core: config.makeApiClient(CoreV1Api),
      policy: config.makeApiClient(PolicyV1Api),
      apps: config.makeApiClient(AppsV1Api),
    };
  });
  afterAll(async () => {
    if (!skip) await subject.stop();
  });

  beforeEach(async () => {
    if (skip) return;
    namespaces += 1;
    namespace = `contract-${namespaces}`;
    await admin.core.createNamespace({ body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } } });
    proxy = new FaultyProxy(subject.proxied);
    client = new KubeClient(subject.config(await proxy.start()));
    store = new ObjectStore();
    troubles = [];
    stop = new AbortController();
    running = Promise.resolve();
  });
  afterEach(async () => {
    if (skip) return;
    stop.abort();
    await proxy.stop();
    await running;
  });

  /** Keeps `store` equal to the names of all pods of this test. */
  function reflect(timeoutSeconds = 60): Reflector<V1Pod, string> {
    const reflector = new Reflector<V1Pod, string>({
      name: 'pods',
      source: client.watches.pods(),
      store,
      project: ({ metadata }) => metadata?.labels?.mark ?? '',
      clock: systemClock,
      timeoutSeconds,
      onTrouble: (message) => troubles.push(message),
      backoffFirstMs: 20,
      backoffCapMs: 200,
    });
    running = reflector.run(stop.signal);
    return reflector;
  }

  function names(): string[] {
    const mine = [...store.keys()].filter((key) => key.startsWith(`${namespace}/`));
    return mine.map((key) => key.slice(namespace.length + 1)).sort();
  }

  function sees(expected: readonly string[], timeout = 5_000): Promise<void> {
    return expect.poll(names, { timeout, interval: 20 }).toEqual(expected);
  }

  function addPod(name: string, labels: Record<string, string> = {}): Promise<V1Pod> {
    const body = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, labels },
      spec: { containers: [{ name: 'main', image: 'none' }] },
    };
    return admin.core.createNamespacedPod({ namespace, body });
  }

  async function failure(promise: Promise<unknown>): Promise<KubeError> {
    const error = await promise.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof KubeError)) throw new Error(`expected a KubeError, got ${String(error)}`);
    return error;
  }

  it.skipIf(skip)('lists, then follows what is added, changed and deleted', async () => {
    await addPod('a');
    const reflector = reflect();
    await sees(['a']);
    const added = await addPod('b');
    await sees(['a', 'b']);
    const metadata = { ...added.metadata, labels: { mark: 'changed' } };
    await admin.core.replaceNamespacedPod({ name: 'b', namespace, body: { ...added, metadata } });
    await expect.poll(() => store.get(`${namespace}/b`)).toBe('changed');
    await admin.core.deleteNamespacedPod({ name: 'a', namespace });
    await sees(['b']);
    expect(reflector.relists).toBe(1);
    expect(troubles).toEqual([]);
  });

  it.skipIf(skip)('is told by bookmarks up to which version it saw everything', async () => {
    const { resourceVersion } = await client.watches.pods().list(undefined);
    const bookmarks: V1Pod[] = [];
    const watched = client.watches.pods().watch(
      { resourceVersion, timeoutSeconds: 5 },
      (type, object) => {
        if (type === 'BOOKMARK') bookmarks.push(object);
      },
      stop.signal,
    );
    await expect.poll(() => proxy.openWatches).toBe(1);
    const pod = await addPod('a');
    subject.bookmark();
    await expect.poll(() => bookmarks.length, { timeout: 6_000 }).toBeGreaterThan(0);
    const seen = Number(bookmarks[0]?.metadata?.resourceVersion);
    expect(seen).toBeGreaterThanOrEqual(Number(pod.metadata?.resourceVersion));
    stop.abort();
    await watched.catch(() => undefined);
  });

  it.skipIf(skip)('resumes after dropped connections without a new list and without a loss', async () => {
    const reflector = reflect();
    await expect.poll(() => proxy.openWatches).toBe(1);
    for (const name of ['a', 'b', 'c']) {
      proxy.cutConnections();
      await addPod(name);
    }
    await sees(['a', 'b', 'c']);
    expect(reflector.relists).toBe(1);
    expect(troubles.length).toBeGreaterThan(0);
  });

  it.skipIf(skip)('lists again when its version is too old, and forgets what went meanwhile', async () => {
    await addPod('a');
    await addPod('b');
    const reflector = reflect();
    await sees(['a', 'b']);
    proxy.treat = ({ query }) => (query.has('watch') ? 'cut-before' : 'pass');
    proxy.cutWatches();
    await admin.core.deleteNamespacedPod({ name: 'a', namespace });
    await subject.expire();
    proxy.treat = () => 'pass';
    await sees(['b']);
    expect(reflector.relists).toBe(2);
  });

  it.skipIf(skip)('waits as long as an overloaded server asks', async () => {
    const listsAtMs: number[] = [];
    proxy.treat = ({ query }) => {
      if (query.has('watch')) return 'pass';
      listsAtMs.push(performance.now());
      const busy = { status: 429, headers: { 'retry-after': '1' }, body: { kind: 'Status', message: 'busy' } };
      return listsAtMs.length === 1 ? busy : 'pass';
    };
    const reflector = reflect();
    await expect.poll(() => reflector.relists, { timeout: 5_000 }).toBe(1);
    expect((listsAtMs[1] ?? 0) - (listsAtMs[0] ?? 0)).toBeGreaterThanOrEqual(990);
    expect(troubles[0]).toMatch(/busy/);
  });

  it.skipIf(skip)('gets through failures of every kind, list and watch alike', async () => {
    const failures = ['cut-before', { status: 500, body: {} }, { status: 503, body: 'not JSON' }] as const;
    let asked = 0;
    proxy.treat = () => failures[asked++ % 6] ?? 'pass';
    await addPod('a');
    const reflector = reflect();
    await sees(['a']);
    proxy.cutWatches();
    await addPod('b');
    await sees(['a', 'b']);
    expect(reflector.relists).toBe(1);
    expect(troubles.length).toBeGreaterThanOrEqual(3);
  });

  it.skipIf(skip)('keeps the order of a slow watch and still counts it as alive', async () => {
    proxy.watchDelayMs = 200;
    const reflector = reflect();
    await expect.poll(() => proxy.openWatches).toBe(1);
    const seen: string[] = [];
    store.onChange(({ key, current }) => {
      if (key.startsWith(`${namespace}/`) && current === '') seen.push(key);
    });
    for (const name of ['a', 'b', 'c', 'd']) await addPod(name);
    await sees(['a', 'b', 'c', 'd']);
    expect([...new Set(seen)].map((key) => key.slice(-1))).toEqual(['a', 'b', 'c', 'd']);
    expect(reflector.ageMs()).toBeLessThan(2_000);
  });

  it.skipIf(skip)('does not take the silence of a half-open watch for peace', async () => {
    const reflector = reflect(1);
    await expect.poll(() => proxy.openWatches).toBe(1);
    proxy.silenceWatches(true);
    await addPod('a');
    await expect.poll(() => reflector.ageMs(), { timeout: 5_000 }).toBeGreaterThan(2_500);
    expect(names()).toEqual([]);
    // The client gives a silent watch up by itself, 5 s after the server should have ended it.
    await expect.poll(() => troubles.length, { timeout: 8_000 }).toBeGreaterThan(0);
    proxy.silenceWatches(false);
    await sees(['a'], POD_GONE_MS);
    expect(reflector.ageMs()).toBeLessThan(2_000);
    expect(reflector.relists).toBe(1);
  });

  it.skipIf(skip)('sends many requests over two connections at most', async () => {
    for (let count = 0; count < 100; count += 1) await client.readPod(namespace, 'nobody');
    expect(proxy.requests).toHaveLength(100);
    expect(proxy.connections).toBeLessThanOrEqual(2);
  });

  it.skipIf(skip)('loses a race for a Lease with 409, both when it makes and when it replaces it', async () => {
    const leases = client.leases(namespace, 'one');
    const write = { holder: 'a', durationMs: 9_000, transitions: 0, acquiredAt: undefined, annotations: { note: 'x' } };
    expect(await leases.read()).toBeUndefined();
    const made = await leases.create(write);
    expect(made).toMatchObject({ holder: 'a', durationMs: 9_000, annotations: { note: 'x' } });
    expect((await failure(leases.create(write))).status).toBe(409);
    const replaced = await leases.replace(made.resourceVersion, { ...write, holder: 'b' });
    expect(replaced.holder).toBe('b');
    expect((await failure(leases.replace(made.resourceVersion, write))).status).toBe(409);
    expect(await leases.read()).toMatchObject({ holder: 'b' });
  });

  it.skipIf(skip)('does not know whether a write without an answer was carried out, and says so', async () => {
    const write = { holder: 'a', durationMs: 9_000, transitions: 0, acquiredAt: undefined, annotations: {} };
    const leases = client.leases(namespace, 'one');
    proxy.treat = ({ method }) => (method === 'POST' ? 'cut-after' : 'pass');
    expect((await failure(leases.create(write))).status).toBeUndefined();
    expect(await leases.read()).toMatchObject({ holder: 'a' });
    proxy.treat = ({ method }) => (method === 'PUT' ? 'hang' : 'pass');
    const startedMs = performance.now();
    expect((await failure(leases.replace('1', write))).status).toBeUndefined();
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });

  it.skipIf(skip)('evicts the pod that was meant and no other of its name', async () => {
    const pod = await addPod('a');
    const wrong = failure(client.evictPod({ namespace, name: 'a', uid: '00000000-0000-0000-0000-000000000000' }));
    // The server itself tries a conflict again for longer than the healer waits for an answer.
    expect([409, undefined]).toContain((await wrong).status);
    expect(await client.readPod(namespace, 'a')).toBeDefined();
    await client.evictPod({ namespace, name: 'a', uid: pod.metadata?.uid ?? '' });
    await expect.poll(() => client.readPod(namespace, 'a')).toBeUndefined();
    expect((await failure(client.evictPod({ namespace, name: 'a', uid: 'x' }))).status).toBe(404);
  });

  it.skipIf(skip)('is refused an eviction by a PodDisruptionBudget, and told that it was this', async () => {
    const pod = await addPod('a', { app: 'guarded' });
    const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
    await admin.core.replaceNamespacedPodStatus({ name: 'a', namespace, body: { ...pod, status } });
    const metadata = { name: 'guarded', namespace };
    const spec = { minAvailable: 1, selector: { matchLabels: { app: 'guarded' } } };
    await admin.policy.createNamespacedPodDisruptionBudget({ namespace, body: { metadata, spec } });
    const refused = await failure(client.evictPod({ namespace, name: 'a', uid: pod.metadata?.uid ?? '' }));
    expect(refused.status).toBe(429);
    expect(refused.causes).toContain('DisruptionBudget');
    expect(await client.readPod(namespace, 'a')).toBeDefined();
  });

  it.skipIf(skip)(
    'applies fields as their manager: adds what is missing, leaves the rest, respects others',
    async () => {
      const at = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', namespace, name: 'applied' };
      const lease = (spec: object, annotations = {}): object => ({
        kind: 'Lease',
        metadata: { name: 'applied', namespace, annotations },
        spec,
      });
      await client.apply(at, lease({ holderIdentity: 'a' }, { kept: 'yes' }));
      expect(await client.leases(namespace, 'applied').read()).toMatchObject({
        holder: 'a',
        annotations: { kept: 'yes' },
      });
      await client.apply(at, lease({ holderIdentity: 'b', leaseDurationSeconds: 5 }));
      const second = await client.leases(namespace, 'applied').read();
      expect(second).toMatchObject({ holder: 'b', durationMs: 5_000 });
      expect(second?.annotations.kept).toBeUndefined();
      const stranger = new KubeClient(subject.config(proxy.url), undefined, 'somebody-else');
      expect((await failure(stranger.apply(at, lease({ holderIdentity: 'c' })))).status).toBe(409);
      await stranger.apply(at, lease({ holderIdentity: 'c' }), { force: true });
      expect(await client.leases(namespace, 'applied').read()).toMatchObject({ holder: 'c', durationMs: 5_000 });
    },
  );
});
