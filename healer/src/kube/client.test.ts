import type { KubeConfig } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeApiServer } from '../../test/fakes/fake-api-server.ts';
import { KubeClient } from './client.ts';
import { KubeError } from './kube-error.ts';

const PODS = '/api/v1/pods';
const target = { namespace: 'shop', name: 'a', uid: 'uid-a' };

describe('the client', () => {
  let server: FakeApiServer;
  let config: KubeConfig;
  let client: KubeClient;
  const calls: string[] = [];

  beforeEach(async () => {
    server = new FakeApiServer();
    config = await server.start();
    client = new KubeClient(config, (...call) => calls.push(call.join(' ')));
    server.put(PODS, { metadata: { namespace: 'shop', name: 'a', uid: 'uid-a' } });
  });
  afterEach(async () => {
    calls.length = 0;
    await server.stop();
  });

  it('evicts by UID through the eviction API', async () => {
    await client.evictPod(target);
    const [request] = server.requests;
    expect(request?.path).toBe('/api/v1/namespaces/shop/pods/a/eviction');
    expect(request?.body).toMatchObject({
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      deleteOptions: { preconditions: { uid: 'uid-a' } },
    });
    expect(calls).toEqual(['create pods/eviction 2xx']);
  });

  it('does not evict another pod of the same name', async () => {
    await expect(client.evictPod({ ...target, uid: 'uid-b' })).rejects.toMatchObject({ status: 409 });
    expect(server.all(PODS)).toHaveLength(1);
  });

  it('tells a full disruption budget from a busy server', async () => {
    const causes = [{ reason: 'DisruptionBudget', message: 'needs 3 healthy pods' }];
    const body = { kind: 'Status', message: 'Cannot evict pod', reason: 'TooManyRequests', details: { causes } };
    server.intercept = () => ({ status: 429, body, headers: { 'retry-after': '7' } });
    const error: unknown = await client.evictPod(target).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(KubeError);
    expect(error).toMatchObject({ status: 429, causes: ['DisruptionBudget'], retryAfterMs: 7_000 });
    server.intercept = () => ({ status: 429, body: { kind: 'Status', details: { retryAfterSeconds: 1 } } });
    await expect(client.evictPod(target)).rejects.toMatchObject({ causes: [], retryAfterMs: 1_000 });
  });

  it('puts what the server says into one sentence, without headers or body', async () => {
    server.intercept = () => ({ status: 403, body: { kind: 'Status', message: 'pods "a" is forbidden' } });
    await expect(client.evictPod(target)).rejects.toThrow(/^evict pod shop\/a: pods "a" is forbidden$/);
  });

  it('has no status when nobody answers', async () => {
    server.intercept = () => 'hang';
    await expect(client.readPod('shop', 'a')).rejects.toMatchObject({ status: undefined });
    expect(calls).toEqual(['get pods none']);
  });

  it('reads a pod, or that there is none', async () => {
    expect((await client.readPod('shop', 'a'))?.metadata?.uid).toBe('uid-a');
    expect(await client.readPod('shop', 'b')).toBeUndefined();
  });

  it('writes an Event once, however often it is asked to', async () => {
    const event = {
      namespace: 'shop',
      name: 'a.1',
      subject: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'a', uid: 'uid-a' },
      type: 'Normal',
      reason: 'RemediationActed',
      action: 'EvictPod',
      note: 'x'.repeat(2_000),
      annotations: { record: '{}' },
      atMs: 1_700_000_000_123,
      controller: 'healproof.dev/healer',
      instance: 'healer-0',
    } as const;
    await client.createEvent(event);
    await client.createEvent(event);
    const [written, ...more] = server.all('/apis/events.k8s.io/v1/events');
    expect(more).toEqual([]);
    expect(written).toMatchObject({ eventTime: '2023-11-14T22:13:20.123000Z', regarding: { uid: 'uid-a' } });
    expect(String(written?.note)).toHaveLength(1024);
  });

  it('keeps a Lease whole through create, read and replace, and refuses an outdated write', async () => {
    const leases = client.leases('healproof-system', 'healer');
    expect(await leases.read()).toBeUndefined();
    const write = { holder: 'a', durationMs: 9_000, transitions: 0, acquiredAt: undefined, annotations: { k: 'v' } };
    const made = await leases.create(write);
    expect(await leases.read()).toEqual(made);
    const kept = await leases.replace(made.resourceVersion, { ...write, acquiredAt: made.acquiredAt });
    expect(kept).toMatchObject({
      holder: 'a',
      durationMs: 9_000,
      acquiredAt: made.acquiredAt,
      annotations: { k: 'v' },
    });
    await expect(leases.replace(made.resourceVersion, write)).rejects.toMatchObject({ status: 409 });
    const [stored] = server.all('/apis/coordination.k8s.io/v1/leases');
    expect(JSON.stringify(stored)).toMatch(/"renewTime":"[^"]+\.\d{6}Z"/);
  });

  it('lists in pages', async () => {
    const asked: (string | null)[] = [];
    server.intercept = ({ query }) => {
      asked.push(query.get('continue'));
      return undefined;
    };
    for (let n = 0; n < 600; n += 1) server.put(PODS, { metadata: { namespace: 'shop', name: `p${n}` } });
    const first = await client.watches.pods().list(undefined);
    const second = await client.watches.pods().list(first.continueToken);
    expect(first.items.length + second.items.length).toBe(601);
    expect([second.continueToken, asked]).toEqual([undefined, [null, '500']]);
  });

  it('lists its own kinds as what they are', async () => {
    server.put('/apis/healproof.dev/v1alpha1/remediations', { metadata: { namespace: 'shop', name: 'r' } });
    const { items } = await client.watches.own('Remediation').list(undefined);
    expect(items).toMatchObject([{ metadata: { name: 'r' } }]);
  });
});
