import type { Counter } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveAlerts } from '../../src/alerts/alert-server.ts';
import { portOf } from '../../src/telemetry/server.ts';
import { FakeHelm, SECRETS } from '../fakes/fake-helm.ts';
import { PODS, POLICIES, REMEDIATIONS, SPEC, TestLab } from '../fakes/lab.ts';
import { releaseSecret } from '../fakes/release-secrets.ts';
import type { StoredObject } from '../fakes/stored-object.ts';

type Started = Awaited<ReturnType<TestLab['startHealer']>>;

const TOKEN = 'a token';
const TEN_MEGABYTES = 10 * 1024 * 1024;

/** Alertmanager's words about pod `a`, which is well. */
const alert = (startsAt: string, status = 'firing'): string =>
  JSON.stringify({
    version: '4',
    status,
    alerts: [
      { status, labels: { alertname: 'Sick', pod: 'a' }, startsAt, endsAt: '0001-01-01T00:00:00Z', fingerprint: 'f' },
    ],
  });

describe('what is wrong is refused or ignored, said, counted, and healing goes on', () => {
  let lab: TestLab;
  let started: Started;

  beforeEach(async () => {
    lab = new TestLab();
    started = await lab.startHealer({}, { helm: new FakeHelm(lab.server) });
    await lab.announced('PolicyLoaded');
  });
  afterEach(() => lab.stop());

  async function healingGoesOn(): Promise<void> {
    lab.makeSick('b');
    await lab.replaceEvicted('d');
    expect(await lab.record('resolved')).toMatchObject({ target: { name: 'b' } });
    expect(lab.evictions().map(({ path }) => path)).toEqual(['/api/v1/namespaces/shop/pods/b/eviction']);
  }

  async function countOf(counter: Counter, labels: object = {}): Promise<number> {
    const { values } = await counter.get();
    return values.find((each) => JSON.stringify(each.labels) === JSON.stringify(labels))?.value ?? 0;
  }

  function putPolicy(spec: object, namespace = 'shop'): void {
    const metadata = { namespace, name: 'other', uid: 'policy-2', generation: 1 };
    lab.server.put(POLICIES, { metadata, spec });
  }

  const limits = (changes: object): object => ({ ...SPEC, limits: { ...SPEC.limits, ...changes } });

  it.each<[string, object, string, RegExp]>([
    ['a selector of everything', { ...SPEC, selector: { matchLabels: {} } }, 'shop', /empty selector/],
    ['the healer itself', SPEC, 'healproof-system', /its own namespace/],
    ['a cooldown of zero', limits({ cooldown: '0s' }), 'shop', /above zero/],
    ['a symptom that lasts no time', { ...SPEC, conditions: [{ type: 'NotReady', for: '0s' }] }, 'shop', /above zero/],
    ['a budget over no time', limits({ budget: { actions: 1, per: '0s' } }), 'shop', /above zero/],
    ['a condition nobody knows', { ...SPEC, conditions: [{ type: 'Tired', for: '1s' }] }, 'shop', /type/],
    [
      'a step nobody knows',
      { ...SPEC, conditions: [{ type: 'NotReady', for: '1s', steps: [{ action: 'Pray' }] }] },
      'shop',
      /action/,
    ],
    ['text where a list belongs', { ...SPEC, conditions: 'all' }, 'shop', /conditions/],
  ])('a policy with %s', async (_title, spec, namespace, problem) => {
    putPolicy(spec, namespace);
    expect((await lab.announced('PolicyRefused')).note).toMatch(problem);
    expect(await countOf(started.metrics.policyReloads, { outcome: 'refused' })).toBe(1);
    await healingGoesOn();
  });

  it.each<[string, object, string]>([
    ['nothing', { ...SPEC, selector: { matchLabels: { app: 'nobody' } } }, 'SelectsNothing'],
    ['everything there is', { ...SPEC, mode: 'observe' }, 'SelectsEverything'],
  ])('a policy that selects %s says so', async (_title, spec, reason) => {
    putPolicy(spec);
    const told = await lab.server.request(
      ({ method, path, body }) =>
        method === 'PATCH' && path.includes('/healingpolicies/other') && JSON.stringify(body).includes(reason),
    );
    expect(Object(told.body).status.conditions[1]).toMatchObject({ type: 'Selecting', reason });
    await healingGoesOn();
  });

  it('a policy that wants all pods healed at once is held back by the others that must be well', async () => {
    for (const name of ['a', 'b', 'c']) lab.makeSick(name);
    await lab.record('refused', 'MinHealthy');
    expect(lab.evictions()).toEqual([]);
    for (const name of ['a', 'c']) lab.makeWell(name);
    await lab.replaceEvicted('d');
    expect(await lab.record('acted')).toMatchObject({ target: { name: 'b' } });
    expect(lab.evictions()).toHaveLength(1);
  });

  it('a pod of a kind nobody knows is left alone', async () => {
    const owner = { apiVersion: 'example.org/v1', kind: 'Swarm', name: 'swarm', uid: 'swarm-1', controller: true };
    lab.addPod('stranger', { ready: false, metadata: { ownerReferences: [owner] } });
    expect(await lab.record('refused', 'NotReplaceable')).toMatchObject({ target: { name: 'stranger' } });
    expect(await countOf(started.metrics.refusals, { reason: 'NotReplaceable' })).toBe(1);
    lab.server.remove(PODS, 'shop/stranger');
    await healingGoesOn();
  });

  it.each<[string, Partial<StoredObject>]>([
    ['of a kind of target nobody heals', { spec: { incident: 'x', target: { kind: 'Service' } } }],
    ['without a spec', {}],
    ['with a status of another maker', { spec: {}, status: { phase: 'Sulking' } }],
  ])('a Remediation %s', async (_title, rest) => {
    lab.server.put(REMEDIATIONS, { metadata: { namespace: 'shop', name: 'r-strange' }, ...rest });
    await healingGoesOn();
    expect(lab.remediations().find(({ metadata }) => metadata.name === 'r-strange')).toMatchObject(rest);
  });

  it('a corrupt Helm Secret', async () => {
    const secret = { ...releaseSecret(), data: { release: Buffer.from('nonsense').toString('base64') } };
    lab.server.put(SECRETS, secret as unknown as StoredObject);
    await expect.poll(() => countOf(started.metrics.unreadableReleases), { timeout: 25_000 }).toBe(1);
    await healingGoesOn();
  });

  it('a body of 10 MB, a wrong token and an alert of yesterday', async () => {
    lab.putPolicy({ ...SPEC, conditions: [...SPEC.conditions, sloAlert] });
    const { alerts } = started.metrics;
    const count = (outcome: string, amount = 1): void => alerts.inc({ outcome }, amount);
    const store = started.healer.alerts;
    const server = await serveAlerts({ port: 0, token: async () => TOKEN, tls: undefined, store, count });
    const post = async (body: string, token = TOKEN): Promise<number> => {
      const headers = { authorization: `Bearer ${token}` };
      const url = `http://127.0.0.1:${portOf(server)}/alerts`;
      return (await fetch(url, { method: 'POST', body, headers })).status;
    };
    try {
      const earlier = new Date(Date.now() - 60_000).toISOString();
      expect(await post('x'.repeat(TEN_MEGABYTES)).catch(() => 413)).toBe(413);
      expect(await post(alert(earlier), 'a guess')).toBe(401);
      expect(await post(alert(earlier, 'resolved'))).toBe(200);
      // Whoever caught the firing one earlier sends it once more.
      expect(await post(alert(earlier))).toBe(200);
      const outcomes = ['too-large', 'unauthorized', 'replayed'];
      expect(await Promise.all(outcomes.map((outcome) => countOf(alerts, { outcome })))).toEqual([1, 1, 1]);
      await healingGoesOn();
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

const sloAlert = {
  type: 'SLOAlert',
  alert: 'Sick',
  replicaLabel: 'pod',
  replicaIs: 'podName',
  steps: [{ action: 'EvictPod' }],
};
