import type { V1Pod } from '@kubernetes/client-node';
import { beforeEach, describe, expect, it } from 'vitest';
import { clusterOf } from '../../test/fakes/cluster.ts';
import { lifeOf } from '../../test/fakes/life.ts';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { incident, pod, policy } from '../../test/fakes/samples.ts';
import type { ClusterCache } from '../cluster/cluster-cache.ts';
import type { PodTarget, PodView } from '../cluster/pod.ts';
import { SurroundingsReader } from '../guards/surroundings.ts';
import type { IncidentLife, Treatment } from '../incidents/incident-life.ts';
import { IncidentRecorder } from '../incidents/incident-recorder.ts';
import type { Remedy } from '../incidents/remedy.ts';
import { KubeError } from '../kube/kube-error.ts';
import type { HealerRecord, RecordedTarget } from '../names.ts';
import { NO_NOTIFICATIONS } from '../notifications/notifier.ts';
import { ActionHistory } from '../remediations/action-history.ts';
import type { ClaimResult } from '../remediations/remediation-ownership.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { NO_TRACES } from '../telemetry/traces.ts';
import { PodMonitor } from './condition/observe.ts';
import { SloSamplers } from './condition/slo-samplers.ts';
import type { PerformedAction, PodCase } from './performed-action.ts';
import { send } from './remedies/send.ts';
import { SickPod, type SickPodParts } from './sick-pod.ts';

const quiet = { known: () => ({ open: undefined, lastPhase: undefined, nextEpisode: 1 }), adopt: () => undefined };
const names = ['a', 'b', 'c', 'd'];
const bucket = { actions: 9, perMs: 600_000 };
const buckets = { cluster: bucket, namespace: bucket };

describe('the recovery engine', () => {
  let clock: ManualClock;
  let cluster: ClusterCache;
  let actionHistory: ActionHistory;
  let life: IncidentLife<PodTarget>;
  let parts: SickPodParts;
  let mine: boolean;
  let evicted: RecordedTarget[];
  let records: HealerRecord[];
  let live: () => Promise<V1Pod | undefined>;
  let evict: () => Promise<void>;
  let claim: ClaimResult;
  let advanced: string[];
  let objection: () => Promise<string | undefined>;

  beforeEach(() => {
    clock = new ManualClock();
    const bad = { ready: false, notReadySinceMs: clock.nowMs() - 60_000 };
    cluster = clusterOf(
      clock,
      names.map((name) => pod({ name, ...(name < 'c' ? bad : {}) })),
    );
    // A watch that has just been proven alive, as far as the guards can see.
    Object.defineProperty(cluster, 'watchAges', { value: () => [{ name: 'pods', ageMs: 0 }] });
    actionHistory = new ActionHistory();
    mine = true;
    evicted = [];
    records = [];
    live = async () => v1Pod(cluster.pods.get('shop/a'));
    evict = async () => undefined;
    const eventRecorder = {
      write: (record: HealerRecord) => records.push(record),
      mention: (record: HealerRecord) => records.push(record),
    };
    const shards = { mayActOn: () => mine, confirm: async () => mine };
    claim = { kind: 'held', status: undefined };
    advanced = [];
    objection = async () => undefined;
    const remediations = {
      claim: async () => claim,
      advance: async (_incident: string, { phase }: { phase: string }) => {
        advanced.push(phase);
        return objection();
      },
      note: () => undefined,
    };
    const silent = { traces: NO_TRACES, notifier: NO_NOTIFICATIONS };
    const recorder = new IncidentRecorder({
      eventRecorder,
      remediations,
      metrics: createMetrics(),
      clock,
      shards,
      ...silent,
    });
    const remedy: Remedy = {
      type: 'EvictPod',
      apply: ({ target }) =>
        send(clock, async () => {
          evicted.push(target);
          await evict();
          return undefined;
        }),
    };
    const query = async () => [];
    const samplers = new SloSamplers({ query, clock, intervalMs: 1, staleAfterMs: 1, onEvaluated: () => undefined });
    life = lifeOf({ recorder, actionHistory, clock, shards, remediations: { ...remediations, ...quiet } });
    const limits = { staleWatchMs: 1_000, allowedNamespaces: ['shop'], ownNamespace: 'healproof-system', buckets };
    parts = {
      cluster,
      actionHistory,
      clock,
      shards,
      monitor: new PodMonitor(cluster.pods, samplers),
      surroundings: new SurroundingsReader(limits, cluster, { why: undefined }, { about: () => undefined }),
      api: { readPod: () => live() },
      remedies: new Map([[remedy.type, remedy]]),
    };
  });

  interface Sick extends PodCase {
    readonly pod: PodView;
  }

  async function treat(sick: Sick): Promise<Treatment & { readonly performed?: PerformedAction }> {
    const target = new SickPod(parts, sick);
    const treatment = await life.treat(target);
    return treatment.kind === 'acted' ? { ...treatment, performed: target.performed(treatment.generation) } : treatment;
  }

  function sick(name = 'a'): Sick {
    const seen = cluster.pods.get(`shop/${name}`);
    const condition = policy().conditions.find(({ type }) => type === 'NotReady');
    if (seen === undefined || condition === undefined) throw new Error('no such sample');
    const lenient = policy({ limits: { ...policy().limits, minHealthy: { count: 2 } } });
    const { key: objectKey, namespace, uid } = seen;
    const target = { kind: 'Pod', namespace, name, uid } as const;
    const made = incident({ id: `incident-${name}`, target, objectKey, announced: true });
    return { incident: made, pod: seen, policy: lenient, condition };
  }

  it('acts on a pod that is as sick as the watch says', async () => {
    expect(await treat(sick())).toMatchObject({
      kind: 'acted',
      performed: {
        action: 'EvictPod',
        workload: { uid: 'deployment-1' },
        knownPods: names.map((name) => `uid-${name}`),
      },
    });
    expect(advanced).toEqual(['Acting']);
    expect(evicted).toMatchObject([{ name: 'a', uid: 'uid-a' }]);
    expect(actionHistory.entries()).toMatchObject([{ workload: 'deployment-1', generation: 1 }]);
  });

  it.each<[string, string, (pod: V1Pod) => V1Pod | undefined]>([
    ['it is gone', 'TargetGone', () => undefined],
    ['another has taken its name', 'TargetGone', (it) => ({ ...it, metadata: { ...it.metadata, uid: 'uid-new' } })],
    [
      'it is being deleted',
      'TargetGone',
      (it) => ({ ...it, metadata: { ...it.metadata, deletionTimestamp: new Date() } }),
    ],
    [
      'it was opted out a moment ago',
      'OptedOut',
      (it) => ({ ...it, metadata: { ...it.metadata, annotations: { 'healproof.dev/heal': 'false' } } }),
    ],
    [
      'it has recovered',
      'StaleWatch',
      (it) => ({ ...it, status: { ...it.status, conditions: [{ type: 'Ready', status: 'True' }] } }),
    ],
  ])('leaves the pod alone when a last look shows that %s', async (_title, refusal, change) => {
    const pod = v1Pod(cluster.pods.get('shop/a'));
    live = async () => change(pod);
    expect((await treat(sick())).kind).toBe('waiting');
    expect(evicted).toEqual([]);
    expect(records).toMatchObject([{ stage: 'refused', refusal }]);
    expect(actionHistory.entries()).toEqual([]);
  });

  it('does not act when it loses the lease while it looks', async () => {
    live = async () => {
      mine = false;
      return v1Pod(cluster.pods.get('shop/a'));
    };
    expect((await treat(sick())).kind).toBe('waiting');
    expect(evicted).toEqual([]);
    expect(records).toMatchObject([{ refusal: 'NotMyShard' }]);
  });

  it.each<[string, () => void, RegExp]>([
    [
      'somebody else claimed it',
      () => {
        claim = { kind: 'refused', reason: 'policy other treats it' };
      },
      /other/,
    ],
    [
      'its intent cannot be written',
      () => {
        objection = () => Promise.reject(new KubeError('down', {}));
      },
      /down/,
    ],
    [
      'its intent is overtaken',
      () => {
        objection = async () => 'healer-1 went on with it';
      },
      /healer-1/,
    ],
  ])('does not act when %s', async (_title, change, reason) => {
    change();
    expect((await treat(sick())).kind).toBe('waiting');
    expect(evicted).toEqual([]);
    expect(records).toMatchObject([{ refusal: 'NoClaim', reason: expect.stringMatching(reason) }]);
    expect(actionHistory.entries()).toEqual([]);
  });

  it('only waits for the effect of what an earlier holder did', async () => {
    const actedAt = new Date(clock.nowMs() - 3_000).toISOString();
    claim = {
      kind: 'held',
      status: { phase: 'Acted', holder: 'healer-1', action: 'EvictPod', reason: 'r', actedAt, generation: 1 },
    };
    const treated = sick();
    const made = Math.floor((clock.nowMs() - 3_000) / 1000) * 1000;
    cluster.pods.set('shop/d', pod({ name: 'd', createdAtMs: made }));
    const treatment = await treat(treated);
    expect(treatment).toMatchObject({ kind: 'acted', performed: { action: 'EvictPod' } });
    expect(treated.incident.actedAtMs).toBe(clock.nowMs() - 3_000);
    // Pod d was made in the second of the action, which is all that the API server remembers: it may be the replacement.
    expect(treatment).toMatchObject({ performed: { knownPods: ['uid-a', 'uid-b', 'uid-c'] } });
    expect(evicted).toEqual([]);
  });

  it('takes the next step when one is not possible here', async () => {
    const treated = sick();
    const steps = ['RestartRollout', 'EvictPod'].map((action) => ({ action, attempts: 1, withinMs: undefined }));
    const climbing = { ...treated, condition: { ...treated.condition, steps } as PodCase['condition'] };
    expect(await treat(climbing)).toEqual({ kind: 'waiting', retryAfterMs: 0 });
    expect(treated.incident.inapplicable.get('RestartRollout')).toMatch(/cannot do it/);
    expect((await treat(climbing)).kind).toBe('acted');
    expect(evicted).toHaveLength(1);
  });

  it('does not act when the last look fails', async () => {
    live = () => Promise.reject(new KubeError('read pod shop/a: HTTP 500', { status: 500 }));
    expect((await treat(sick())).kind).toBe('waiting');
    expect(evicted).toEqual([]);
    expect(records).toMatchObject([{ stage: 'failed', reason: 'read pod shop/a: HTTP 500' }]);
  });

  it('decides about the second of two sick pods knowing of the first', async () => {
    await Promise.all([treat(sick('a')), treat(sick('b'))]);
    expect(evicted).toMatchObject([{ name: 'a' }]);
    expect(records.map(({ refusal }) => refusal)).toContain('Cooldown');
  });

  it('takes an action that the server refused off the books', async () => {
    evict = () => Promise.reject(new KubeError('forbidden', { status: 403 }));
    await treat(sick());
    expect(actionHistory.entries()).toEqual([]);
  });

  it('keeps an action on the books that may have been carried out', async () => {
    evict = () => Promise.reject(new KubeError('nobody answered', {}));
    const treated = sick();
    await treat(treated);
    expect(treated.incident.unsure).toBe(true);
    expect(actionHistory.entries()).toHaveLength(1);
    clock.advance(2_000);
    evict = () => Promise.reject(new KubeError('not found', { status: 404 }));
    await treat(treated);
    expect(actionHistory.entries()).toHaveLength(1);
  });

  it('waits longer after each failure', async () => {
    evict = () => Promise.reject(new KubeError('broken', { status: 500 }));
    const treated = sick();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      clock.advance(Math.max(0, treated.incident.holdUntilMs - clock.nowMs()));
      const treatment = await treat(treated);
      if (treatment.kind === 'waiting') waits.push(treatment.retryAfterMs);
    }
    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(treated.incident.holdUntilMs).toBe(clock.nowMs() + 60_000);
  });

  it('counts replicas that should be there but are not as not healthy', async () => {
    const facts = cluster.deployments.get('shop/shop-back')?.facts;
    if (facts === undefined) throw new Error('the sample cluster has no Deployment');
    cluster.deployments.set('shop/shop-back', { uid: facts.uid, facts: { ...facts, desiredReplicas: 20 } });
    const percent = policy({ limits: { ...policy().limits, minHealthy: { percent: 50 } } });
    expect((await treat({ ...sick(), policy: percent })).kind).toBe('waiting');
    expect(records).toMatchObject([{ refusal: 'MinHealthy', reason: expect.stringMatching(/^2 of 20 pods/) }]);
  });
});

/** The pod as the API server has it. */
function v1Pod(view: PodView | undefined): V1Pod {
  if (view === undefined) throw new Error('no such pod');
  const changedAt = new Date(view.readyChangedAtMs ?? 0);
  return {
    metadata: { namespace: view.namespace, name: view.name, uid: view.uid },
    status: {
      phase: view.phase,
      conditions: [{ type: 'Ready', status: view.ready ? 'True' : 'False', lastTransitionTime: changedAt }],
    },
  };
}
