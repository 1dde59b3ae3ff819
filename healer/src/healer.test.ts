import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HealerRecord } from './names.ts';
import type { SeenRequest } from './testing/fake-api-server.ts';
import { eventsOf, PODS, POLICIES, TestLab } from './testing/lab.ts';

interface Ending extends Pick<HealerRecord, 'stage' | 'refusal'> {
  readonly reason?: RegExp;
}

describe('the healer against an API server', () => {
  let lab: TestLab;

  beforeEach(() => {
    lab = new TestLab();
  });
  afterEach(async () => {
    await lab.stop();
  });

  it('evicts a sick replica once, by its UID, and tells what it saw, did and saw after it', async () => {
    await lab.startHealer();
    lab.makeSick('b');
    const eviction = await lab.replaceEvicted('d');
    expect(eviction.path).toBe('/api/v1/namespaces/shop/pods/b/eviction');
    expect(eviction.body).toMatchObject({ deleteOptions: { preconditions: { uid: 'uid-b' } } });
    const resolved = await lab.record('resolved');
    expect(resolved).toMatchObject({ action: 'EvictPod', reason: 'pod d replaced it and is Ready and well' });
    expect(lab.records().map(({ stage }) => stage)).toEqual(['detected', 'acted', 'resolved']);
    expect(lab.evictions()).toHaveLength(1);
    const acted = await lab.record('acted');
    expect(acted).toMatchObject({
      incident: resolved.incident,
      policy: 'shop-back',
      condition: 'SloSick',
      target: { kind: 'Pod', namespace: 'shop', name: 'b', uid: 'uid-b', app: 'shop-back' },
    });
    const { detectedAtMs, decidedAtMs = 0, actedAtMs = 0, recordedAtMs } = acted;
    expect([detectedAtMs, decidedAtMs, actedAtMs, recordedAtMs]).toEqual(
      [detectedAtMs, decidedAtMs, actedAtMs, recordedAtMs].sort((a, b) => a - b),
    );
    const event = await lab.announced('RemediationActed');
    expect(event).toMatchObject({
      metadata: { namespace: 'shop' },
      regarding: { kind: 'Pod', name: 'b', uid: 'uid-b' },
      reportingController: 'healproof.dev/healer',
      action: 'EvictPod',
    });
  });

  it('does nothing while everything is well', async () => {
    await lab.startHealer();
    lab.addPod('a', { ready: true });
    lab.makeSick('a');
    lab.ratios?.set(lab.addressOf('a') ?? '', 0.5);
    lab.putPolicies(`${POLICIES}\n`);
    await lab.announced('PolicyLoaded');
    await lab.server.request(({ method, path }) => method === 'PUT' && path.endsWith('/leases/healer'));
    expect(lab.evictions()).toEqual([]);
    expect(lab.records()).toEqual([]);
  });

  it('evicts a pod that lost readiness', async () => {
    await lab.startHealer();
    lab.addPod('c', { ready: false });
    await lab.replaceEvicted('d');
    expect(await lab.record('acted')).toMatchObject({ condition: 'NotReady', target: { name: 'c' } });
    await lab.record('resolved');
  });

  it('acts once when two replicas of it run', async () => {
    const one = await lab.startHealer({ podName: 'healer-0' });
    const two = await lab.startHealer({ podName: 'healer-1' });
    lab.makeSick('b');
    await lab.replaceEvicted('d');
    await lab.record('resolved');
    expect(lab.evictions()).toHaveLength(1);
    expect(lab.records().map(({ stage }) => stage)).toEqual(['detected', 'acted', 'resolved']);
    lab.ratios = undefined;
    await lab.announced('PolicyFrozen');
    await lab.server.request(renewalAfter(lab));
    expect(lab.server.requests.filter(({ body }) => Object(body).reason === 'PolicyFrozen')).toHaveLength(1);
    const leaders = [one, two].map(({ healer, metrics }) => {
      healer.measure();
      return metrics.leader.get();
    });
    const values = (await Promise.all(leaders)).map(({ values: [only] }) => only?.value);
    expect(values.sort()).toEqual([0, 1]);
    expect(eventsOf(lab).filter(({ reason }) => reason === 'PolicyLoaded')).toHaveLength(1);
  });

  it.each<[string, (lab: TestLab) => void, Parameters<TestLab['record']>[1]]>([
    ['too many are sick', (it) => it.makeSick('a'), 'MinHealthy'],
    ['a rollout is under way', (it) => it.putDeployment({ replicas: 4, updatedReplicas: 1 }), 'RolloutInProgress'],
    [
      'the pod is opted out',
      (it) => it.addPod('b', { metadata: { annotations: { 'healproof.dev/heal': 'false' } } }),
      'OptedOut',
    ],
    [
      'the namespace is opted out',
      (it) =>
        it.server.put('/api/v1/namespaces', {
          metadata: { name: 'shop', annotations: { 'healproof.dev/heal': 'false' } },
        }),
      'OptedOut',
    ],
    [
      'nothing would replace the pod',
      (it) => it.server.remove('/apis/apps/v1/deployments', 'shop/back'),
      'NotReplaceable',
    ],
    [
      'the policy only observes',
      (it) => it.putPolicies(POLICIES.replace('selector', 'mode: observe\n    selector')),
      'DryRun',
    ],
  ])('refuses and says so once when %s', async (_title, prepare, refusal) => {
    prepare(lab);
    lab.makeSick('b');
    await lab.startHealer();
    const record = await lab.record('refused', refusal);
    expect(record.reason).toMatch(/\w/);
    expect(record.actedAtMs).toBeUndefined();
    await lab.server.request(renewalAfter(lab));
    const said = lab
      .records()
      .filter(({ refusal: each, target }) => each === refusal && target.name === record.target.name);
    expect(said).toHaveLength(1);
    expect(lab.evictions()).toEqual([]);
  });

  it.each<[string, (lab: TestLab) => void, Ending]>([
    [
      'the symptom goes away',
      (it) => it.makeWell('b'),
      { stage: 'resolved', reason: /without an action: SLO value 0/ },
    ],
    ['the pod goes away', (it) => it.server.remove(PODS, 'shop/b'), { stage: 'refused', refusal: 'TargetGone' }],
    [
      'the policy goes away',
      (it) => {
        it.putPolicies('policies: []');
        it.addPod('b');
      },
      { stage: 'resolved', reason: /no policy in force/ },
    ],
  ])('ends an incident it could not act on when %s', async (_title, change, { reason, ...expected }) => {
    lab.putDeployment({ replicas: 4, updatedReplicas: 1 });
    lab.makeSick('b');
    await lab.startHealer();
    await lab.record('refused', 'RolloutInProgress');
    change(lab);
    const record = await lab.record(expected.stage, expected.refusal);
    expect(record.reason).toMatch(reason ?? /\w/);
    expect(record.action).toBeUndefined();
    expect(lab.evictions()).toEqual([]);
  });

  it('says that it may have acted when the answer was lost and the pod went away', async () => {
    lab.server.intercept = ({ path }) => {
      if (!path.endsWith('/eviction')) return undefined;
      lab.server.remove(PODS, 'shop/b');
      return { status: 500, body: { kind: 'Status', message: 'answer lost' } };
    };
    lab.makeSick('b');
    await lab.startHealer();
    await lab.record('failed');
    expect(await lab.record('resolved')).toMatchObject({
      action: 'EvictPod',
      reason: expect.stringMatching(/got no answer/),
    });
    expect(lab.evictions()).toHaveLength(1);
  });

  it('acts when the obstacle is gone', async () => {
    lab.putDeployment({ replicas: 4, updatedReplicas: 1 });
    lab.makeSick('b');
    await lab.startHealer();
    await lab.record('refused', 'RolloutInProgress');
    lab.putDeployment({});
    await lab.replaceEvicted('d');
    await lab.record('resolved');
  });

  it('stands still when Prometheus goes away while a replica is sick', async () => {
    lab.putDeployment({ replicas: 4, updatedReplicas: 1 });
    lab.makeSick('b');
    const { metrics } = await lab.startHealer();
    await lab.record('refused', 'RolloutInProgress');
    lab.ratios = undefined;
    lab.putDeployment({});
    const refused = await lab.record('refused', 'MissingData');
    expect(refused.reason).toBe('Prometheus did not answer');
    await lab.announced('PolicyFrozen');
    expect(lab.evictions()).toEqual([]);
    expect((await metrics.frozen.get()).values).toMatchObject([{ value: 1, labels: { policy: 'shop-back' } }]);
  });

  it('looks at the pod itself before it acts', async () => {
    let looks = 0;
    lab.server.intercept = ({ method, path }) => {
      if (method !== 'GET' || path !== '/api/v1/namespaces/shop/pods/c') return undefined;
      looks += 1;
      const ready = { type: 'Ready', status: 'True', lastTransitionTime: new Date().toISOString() };
      const body = { metadata: { namespace: 'shop', name: 'c', uid: 'uid-c' }, status: { conditions: [ready] } };
      return { status: 200, body };
    };
    lab.addPod('c', { ready: false });
    await lab.startHealer();
    expect(await lab.record('refused', 'StaleWatch')).toMatchObject({
      reason: 'looked at again just before acting: Ready',
    });
    expect(looks).toBe(1);
    expect(lab.evictions()).toEqual([]);
  });

  it('does not act when the lease cannot be confirmed just before', async () => {
    await lab.startHealer();
    await lab.server.request(({ method, path }) => method === 'POST' && path.endsWith('/leases'));
    lab.server.intercept = ({ method, path }) =>
      method === 'PUT' && path.endsWith('/leases/healer') ? { status: 500, body: {} } : undefined;
    lab.makeSick('b');
    const record = await lab.record('refused', 'NotMyShard');
    expect(record.reason).toMatch(/could not be confirmed/);
    expect(lab.evictions()).toEqual([]);
  });

  it('writes what it is about to do to the Lease before it does it', async () => {
    await lab.startHealer();
    lab.makeSick('b');
    await lab.replaceEvicted('d');
    const intent = lab.server.requests.findIndex(
      ({ path, body }) => path.endsWith('/leases/healer') && JSON.stringify(body ?? '').includes('deployment-1'),
    );
    expect(intent).toBeGreaterThan(-1);
    expect(intent).toBeLessThan(lab.server.requests.findIndex(({ path }) => path.endsWith('/eviction')));
  });

  it('respects a disruption budget and does not press the server', async () => {
    const causes = [{ reason: 'DisruptionBudget' }];
    const body = { kind: 'Status', message: 'would violate the budget', details: { causes } };
    lab.server.intercept = ({ path }) => (path.endsWith('/eviction') ? { status: 429, body } : undefined);
    lab.makeSick('b');
    await lab.startHealer();
    await lab.record('refused', 'DisruptionBudget');
    await lab.server.request(renewalAfter(lab));
    expect(lab.evictions()).toHaveLength(1);
    expect(lab.server.all(PODS)).toHaveLength(3);
  });

  it('says that it failed when it lacks the rights', async () => {
    lab.server.intercept = ({ path }) =>
      path.endsWith('/eviction') ? { status: 403, body: { kind: 'Status', message: 'forbidden' } } : undefined;
    lab.makeSick('b');
    await lab.startHealer();
    expect(await lab.record('failed')).toMatchObject({ action: 'EvictPod', reason: 'evict pod shop/b: forbidden' });
  });

  it('gives up when its actions do not help, and stops', async () => {
    await lab.startHealer();
    lab.makeSick('b');
    await lab.record('acted');
    expect(await lab.record('failed')).toMatchObject({ reason: expect.stringMatching(/^nothing replaced the pod/) });
    expect(await lab.record('gave-up')).toMatchObject({ refusal: 'GaveUp' });
    lab.makeSick('c');
    await lab.record('refused', 'GaveUp');
    expect(lab.evictions()).toHaveLength(1);
  });

  it('tries again once the workload has become whole in another way', async () => {
    await lab.startHealer();
    lab.makeSick('b');
    await lab.record('gave-up');
    lab.addPod('d');
    const forgiven = ({ path, body }: SeenRequest): boolean =>
      path.endsWith('/leases/healer') && JSON.stringify(body ?? '').includes('helped');
    await lab.server.request(forgiven);
    lab.makeSick('c');
    await lab.server.request(({ path }) => path.endsWith('/c/eviction'));
  });

  it('leaves pods alone that no policy selects', async () => {
    await lab.startHealer();
    lab.addPod('stranger', { ready: false, metadata: { labels: { app: 'other' } } });
    lab.makeSick('stranger');
    lab.addPod('c', { ready: false });
    await lab.replaceEvicted('d');
    await lab.record('resolved');
    expect(new Set(lab.records().map(({ target }) => target.name))).toEqual(new Set(['c']));
  });

  it('tells the truth about whether it can work', async () => {
    lab.server.remove('/api/v1/configmaps', 'healproof-system/healer-policies');
    const { healer } = await lab.startHealer();
    expect(healer.unready()).toMatch(/watch of pods is not fresh/);
    await lab.server.request(renewalAfter(lab));
    expect(healer.unready()).toBe('no policies are loaded');
    lab.putPolicies(POLICIES);
    await lab.announced('PolicyLoaded');
    expect(healer.unready()).toBeUndefined();
    expect(healer.dead()).toBeUndefined();
    lab.putPolicies(POLICIES.replace('30ms', '0s'));
    const refused = await lab.announced('PolicyRefused');
    expect(refused.note).toMatch(/the policies loaded before stay in force: .*expected a duration above zero/);
    expect(healer.unready()).toBeUndefined();
    const stopped = healer.stop();
    expect(healer.unready()).toBe('shutting down');
    await stopped;
  });

  it('frees its lease when it is stopped', async () => {
    const { healer } = await lab.startHealer();
    await lab.server.request(renewalAfter(lab));
    await healer.stop();
    const [lease] = lab.server.all('/apis/coordination.k8s.io/v1/leases');
    expect(lease?.spec).toMatchObject({ holderIdentity: '' });
  });
});

/** Accepts the second write of the Lease from now on: by then everything that was due has been looked at. */
function renewalAfter(lab: TestLab): (request: SeenRequest) => boolean {
  const from = lab.server.requests.length;
  return (request) => {
    const later = lab.server.requests
      .slice(from)
      .filter(({ method, path }) => method === 'PUT' && path.includes('/leases/'));
    return later.indexOf(request) >= 1;
  };
}
