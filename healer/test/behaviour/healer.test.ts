import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { incidentId } from '../../src/incidents/incident.ts';
import type { HealerRecord } from '../../src/names.ts';
import type { SeenRequest } from '../fakes/fake-api-server.ts';
import { eventsOf, PODS, POLICIES, REMEDIATIONS, SPEC, TestLab } from '../fakes/lab.ts';

type Started = Awaited<ReturnType<TestLab['startHealer']>>;

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
      policy: 'shop/shop-back',
      condition: 'SLOViolation',
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
    lab.putPolicy({ ...SPEC, mode: 'auto' });
    await lab.announced('PolicyLoaded');
    await lab.server.request(({ method, path }) => method === 'PUT' && isShardLease(path));
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
    const lease = { leaseMs: 3_000, renewDeadlineMs: 2_500, retryMs: 50 };
    const replicas = [
      await lab.startHealer({ podName: 'healer-0', lease }),
      await lab.startHealer({ podName: 'healer-1', lease }),
    ];
    await expect.poll(() => shardsOf(replicas), { timeout: 5_000 }).toEqual([1, 1]);
    lab.makeSick('b');
    await lab.replaceEvicted('d');
    await lab.record('resolved');
    expect(lab.evictions()).toHaveLength(1);
    expect(lab.records().map(({ stage }) => stage)).toEqual(['detected', 'acted', 'resolved']);
    lab.ratios = undefined;
    await lab.announced('PolicyFrozen');
    await lab.server.request(renewalAfter(lab));
    expect(lab.server.requests.filter(({ body }) => Object(body).reason === 'PolicyFrozen')).toHaveLength(1);
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
    ['the policy only observes', (it) => it.putPolicy({ ...SPEC, mode: 'observe' }), 'DryRun'],
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
        it.server.remove(POLICIES, 'shop/shop-back');
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
    expect((await metrics.frozen.get()).values).toMatchObject([{ value: 1, labels: { policy: 'shop/shop-back' } }]);
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
      method === 'PUT' && isShardLease(path) ? { status: 500, body: {} } : undefined;
    lab.makeSick('b');
    const record = await lab.record('refused', 'NotMyShard');
    expect(record.reason).toMatch(/could not be confirmed/);
    expect(lab.evictions()).toEqual([]);
  });

  it('claims the incident and writes down what it is about to do before it does it', async () => {
    await lab.startHealer();
    lab.makeSick('b');
    await lab.replaceEvicted('d');
    const at = (fits: (request: SeenRequest) => boolean): number => lab.server.requests.findIndex(fits);
    const claim = at(({ method, path }) => method === 'POST' && path.endsWith('/remediations'));
    const intent = at(({ path, body }) => path.endsWith('/status') && Object(body).status?.phase === 'Acting');
    const eviction = at(({ path }) => path.endsWith('/eviction'));
    expect([claim, intent, eviction]).toEqual([claim, intent, eviction].sort((a, b) => a - b));
    expect(lab.server.requests[claim]?.body).toMatchObject({
      metadata: { ownerReferences: [{ kind: 'Deployment', uid: 'deployment-1' }] },
    });
    const { incident } = await lab.record('resolved');
    await lab.server.request(({ path, body }) => path.endsWith('/status') && Object(body).status?.phase === 'Resolved');
    expect(lab.remediations()).toMatchObject([
      {
        metadata: { name: `r-${incident}` },
        spec: { incident, policy: 'shop/shop-back', condition: 'SLOViolation', episode: 1, target: { uid: 'uid-b' } },
        status: { phase: 'Resolved', action: 'EvictPod', cause: 'Replica', outcome: 'helped', holder: 'healer-0' },
      },
    ]);
  });

  it('does not act on what it cannot claim', async () => {
    lab.server.intercept = ({ method, path }) =>
      method === 'POST' && path.endsWith('/remediations') ? { status: 403, body: { message: 'forbidden' } } : undefined;
    lab.makeSick('b');
    await lab.startHealer();
    expect(await lab.record('refused', 'NoClaim')).toMatchObject({ reason: expect.stringMatching(/forbidden/) });
    await lab.server.request(renewalAfter(lab));
    expect(lab.evictions()).toEqual([]);
  });

  it('does not act when somebody else went on with it between claim and act', async () => {
    lab.server.intercept = ({ method, path }) => {
      if (method !== 'PUT' || !path.endsWith('/status') || stolen) return undefined;
      stolen = true;
      const [remediation] = lab.remediations();
      if (remediation !== undefined) {
        const status = { phase: 'Acting', holder: 'healer-9', reason: 'mine' };
        lab.server.put(REMEDIATIONS, { ...remediation, status });
      }
      return undefined;
    };
    let stolen = false;
    lab.makeSick('b');
    await lab.startHealer();
    const record = await lab.record('refused', 'NoClaim');
    expect(record.reason).toMatch(/healer-9 went on with it/);
    expect(lab.evictions()).toEqual([]);
  });

  it('verifies after a restart what it did before, and does not do it again', async () => {
    const { healer } = await lab.startHealer();
    lab.putPolicy({ ...SPEC, limits: { ...SPEC.limits, verifyWithin: '1m' } });
    lab.makeSick('b');
    await lab.record('acted');
    await healer.stop();
    await lab.startHealer({ podName: 'healer-1' });
    lab.addPod('d', { metadata: { creationTimestamp: new Date().toISOString() } });
    expect(await lab.record('resolved')).toMatchObject({ action: 'EvictPod', target: { name: 'b' } });
    expect(lab.evictions()).toHaveLength(1);
    await lab.server.request(({ path, body }) => path.endsWith('/status') && Object(body).status?.phase === 'Resolved');
    expect(lab.remediations()).toMatchObject([{ status: { phase: 'Resolved', holder: 'healer-1' } }]);
  });

  it.each([
    ['the pod is gone, so it was carried out', true, 0],
    ['the pod is still there, so it was not', false, 1],
  ])('goes on after a crash between intent and act when %s', async (_title, isGone, evictions) => {
    lab.putPolicy({ ...SPEC, limits: { ...SPEC.limits, verifyWithin: '1m' } });
    lab.makeSick('b');
    const uid = 'uid-b';
    const id = incidentId(uid, 'SLOViolation', 1);
    const seenAt = new Date(Date.now() - 2_000).toISOString();
    lab.server.put(REMEDIATIONS, {
      metadata: { namespace: 'shop', name: `r-${id}` },
      spec: {
        incident: id,
        policy: 'shop/shop-back',
        condition: 'SLOViolation',
        target: { kind: 'Pod', namespace: 'shop', name: 'b', uid },
        workload: { kind: 'Deployment', name: 'back', uid: 'deployment-1', generation: 1 },
        episode: 1,
        evidence: 'sick',
        firstSeenAt: seenAt,
        detectedAt: seenAt,
      },
      status: { phase: 'Acting', holder: 'gone', action: 'EvictPod', reason: 'sick', decidedAt: seenAt },
    });
    if (isGone) lab.server.remove(PODS, 'shop/b');
    await lab.startHealer();
    if (!isGone) await lab.server.request(({ path }) => path.endsWith('/eviction'));
    lab.addPod('d', { metadata: { creationTimestamp: new Date().toISOString() } });
    expect(await lab.record('resolved')).toMatchObject({ incident: id, action: 'EvictPod' });
    expect(lab.evictions()).toHaveLength(evictions);
    expect(lab.remediations()).toHaveLength(1);
  });

  it('restarts the rollout once evictions did not help, and says when that did', async () => {
    const steps = [{ action: 'EvictPod' }, { action: 'RestartRollout' }];
    const [slo] = SPEC.conditions;
    const limits = { ...SPEC.limits, giveUpAfter: 3, minHealthy: 0 };
    lab.putPolicy({ ...SPEC, conditions: [{ ...slo, steps }], limits });
    await lab.startHealer();
    lab.makeSick('b');
    await lab.record('failed');
    lab.addPod('d');
    lab.makeSick('d');
    lab.server.intercept = ({ method, path }) => {
      if (method !== 'PATCH' || !path.endsWith('/deployments/back')) return undefined;
      lab.putDeployment({ observedGeneration: 2 }, 2);
      lab.makeWell('d');
      return { status: 200, body: lab.server.all('/apis/apps/v1/deployments')[0] };
    };
    const patch = await lab.server.request(({ method, path }) => method === 'PATCH' && path.includes('/deployments/'));
    const { incident } = await lab.record('resolved');
    expect(patch.body).toMatchObject({
      metadata: { uid: 'deployment-1', resourceVersion: expect.any(String) },
      spec: { template: { metadata: { annotations: { 'healproof.dev/restarted-for': incident } } } },
    });
    expect(lab.evictions()).toHaveLength(1);
  });

  it('tells on the policy whether it is accepted, selects anything and has its data', async () => {
    await lab.startHealer();
    const told = await lab.server.request(
      ({ method, path }) => method === 'PATCH' && path.includes('/healingpolicies/'),
    );
    expect(Object(told.body).status).toMatchObject({ observedGeneration: 1, selectedPods: 3 });
    expect(Object(told.body).status.conditions).toMatchObject([
      { type: 'Accepted', status: 'True' },
      { type: 'Selecting', status: 'True', reason: 'SelectsEverything' },
      { type: 'Evaluating' },
    ]);
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
    lab.makeSick('c');
    await lab.record('refused', 'GaveUp');
    lab.makeWell('c');
    await lab.record('resolved');
    // Two renewals of the Lease take longer than a beat.
    for (let round = 0; round < 6; round += 1) await lab.server.request(renewalAfter(lab));
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
    const { healer } = await lab.startHealer();
    expect(healer.unready()).toMatch(/watch of pods is not fresh/);
    await lab.announced('PolicyLoaded');
    await lab.server.request(renewalAfter(lab));
    expect(healer.unready()).toBeUndefined();
    expect(healer.dead()).toBeUndefined();
    lab.putPolicy({ ...SPEC, limits: { ...SPEC.limits, cooldown: '0s' } });
    const refused = await lab.announced('PolicyRefused');
    expect(refused.note).toMatch(/shop-back is not in force: .*expected a duration above zero/);
    expect(healer.unready()).toBeUndefined();
    const stopped = healer.stop();
    expect(healer.unready()).toBe('shutting down');
    await stopped;
  });

  it('is dead when its timers stand still, although it still answers, and alive when they go on', async () => {
    let aheadMs = 0;
    lab.clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() + aheadMs };
    vi.useFakeTimers({ toFake: ['setInterval'] });
    try {
      const { healer } = await lab.startHealer();
      vi.advanceTimersByTime(1_000);
      expect(healer.dead()).toBeUndefined();
      aheadMs = 15_001;
      expect(healer.dead()).toMatch(/nothing was checked for 15\d{3} ms/);
      vi.advanceTimersByTime(1_000);
      expect(healer.dead()).toBeUndefined();
    } finally {
      vi.useRealTimers();
    }
  });

  it('is not dead while it ends what is under way, although nothing is checked any more', async () => {
    let aheadMs = 0;
    lab.clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() + aheadMs };
    const { healer } = await lab.startHealer();
    const stopped = healer.stop();
    aheadMs = 60_000;
    expect(healer.dead()).toBeUndefined();
    await stopped;
  });

  it('frees its shards when it is stopped', async () => {
    const { healer } = await lab.startHealer();
    await lab.server.request(renewalAfter(lab));
    await healer.stop();
    const leases = lab.server.all('/apis/coordination.k8s.io/v1/leases');
    expect(leases.map(({ metadata }) => metadata.name)).toEqual(['healer-shard-0-of-2', 'healer-shard-1-of-2']);
    for (const { spec } of leases) expect(spec).toMatchObject({ holderIdentity: '' });
  });
});

/** Accepts the second renewal of a replica's own Lease from now on: by then everything that was due has been looked at. */
function renewalAfter(lab: TestLab): (request: SeenRequest) => boolean {
  const from = lab.server.requests.length;
  return (request) => {
    const later = lab.server.requests
      .slice(from)
      .filter(({ method, path }) => method === 'PUT' && path.includes('-member-'));
    return later.indexOf(request) >= 1;
  };
}

/** How many shards each replica says it holds. */
function shardsOf(replicas: readonly Started[]): Promise<number[]> {
  return Promise.all(
    replicas.map(async ({ healer, metrics }) => {
      healer.measure();
      return (await metrics.shardHeld.get()).values.length;
    }),
  );
}

function isShardLease(path: string): boolean {
  return path.includes('/leases/healer-shard-');
}
