import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pod } from '../../../test/fixtures/evidence-builder.ts';
import type { ChaosMeshFault } from '../../scenario/model/scenario.ts';
import { type PlanRequest, planFault } from './plan.ts';

const backs = [pod(3), pod(1), pod(2)];
const fronts = [
  pod(11, { name: 'shop-front-1', labels: { app: 'shop-front' } }),
  pod(12, { name: 'shop-front-2', labels: { app: 'shop-front' }, node: 'healproof-worker2' }),
];
const PARTITION: ChaosMeshFault = {
  type: 'chaosMesh',
  kind: 'NetworkChaos',
  durationMs: 180_000,
  spec: {
    action: 'partition',
    mode: 'one',
    duration: '180s',
    direction: 'both',
    selector: { namespaces: ['shop'], labelSelectors: { app: 'shop-back' } },
    target: { mode: 'all', selector: { namespaces: ['shop'], labelSelectors: { app: 'shop-front' } } },
  },
};
const STRESS: ChaosMeshFault = {
  type: 'chaosMesh',
  kind: 'StressChaos',
  durationMs: 60_000,
  spec: { mode: 'one', selector: {}, stressors: { cpu: { workers: 1 } } },
};
const request = (over: Partial<PlanRequest> = {}): PlanRequest => ({
  fault: PARTITION,
  blastRadius: { namespaces: ['shop'], maxPods: 3, maxNodes: 0 },
  seed: 7,
  candidates: backs,
  peerCandidates: fronts,
  judgeNodes: ['healproof-worker3'],
  ...over,
});
const stress = (spec: Record<string, unknown>, over: Partial<PlanRequest> = {}): PlanRequest =>
  request({ fault: { ...STRESS, spec: { ...STRESS.spec, ...spec } }, peerCandidates: [], ...over });
const chosen = (asked: PlanRequest): string[] => planFault(asked).plan?.targets.map((target) => target.name) ?? [];

describe('planFault', () => {
  it('rewrites both sides of a partition to exact pods and leaves the rest as it was', () => {
    const { plan } = planFault(request());
    const [target] = plan?.targets ?? [];
    expect(plan?.spec).toEqual({
      action: 'partition',
      mode: 'all',
      duration: '180s',
      direction: 'both',
      selector: { pods: { shop: [target?.name] } },
      target: { mode: 'all', selector: { pods: { shop: ['shop-front-1', 'shop-front-2'] } } },
    });
    expect(plan?.peers.map((peer) => peer.name)).toEqual(['shop-front-1', 'shop-front-2']);
    expect(plan?.touched).toHaveLength(3);
    expect(PARTITION.spec.mode).toBe('one');
  });

  it('drops a value that only its mode understood', () => {
    const { plan } = planFault(stress({ mode: 'fixed', value: '2' }));
    expect(plan?.spec).toEqual({
      ...STRESS.spec,
      mode: 'all',
      selector: { pods: { shop: plan?.targets.map((t) => t.name) } },
    });
  });

  it('groups pods by namespace', () => {
    const candidates = [pod(1), pod(2, { namespace: 'shop-b' })];
    const { plan } = planFault(
      stress({ mode: 'all' }, { candidates, blastRadius: { namespaces: ['shop', 'shop-b'], maxPods: 2, maxNodes: 0 } }),
    );
    expect(plan?.spec.selector).toEqual({ pods: { shop: ['shop-back-1'], 'shop-b': ['shop-back-2'] } });
  });

  it.each([
    ['one', undefined, 1],
    ['all', undefined, 3],
    ['fixed', '2', 2],
    ['fixed', 2, 2],
    ['fixed', '9', 3],
    ['fixed-percent', '34', 2],
    ['fixed-percent', '1', 1],
    ['fixed-percent', '100', 3],
  ])('takes as many as mode %s with value %s says: %i', (mode, value, count) => {
    expect(chosen(stress({ mode, value }))).toHaveLength(count);
  });

  it('takes at least one and at most the percentage in mode random-max-percent', () => {
    const counts = Array.from(
      { length: 60 },
      (_, seed) => chosen(stress({ mode: 'random-max-percent', value: '50' }, { seed })).length,
    );
    expect([...new Set(counts)].sort()).toEqual([1, 2]);
  });

  it('gives the same pods for the same seed, in whatever order the candidates came', () => {
    fc.assert(
      fc.property(fc.integer(), fc.shuffledSubarray(backs, { minLength: 3 }), (seed, candidates) => {
        expect(planFault(request({ seed, candidates }))).toEqual(planFault(request({ seed })));
      }),
    );
  });

  it('gives every pod its turn over many seeds', () => {
    const first = Array.from({ length: 90 }, (_, seed) => chosen(request({ seed }))[0]);
    for (const name of ['shop-back-1', 'shop-back-2', 'shop-back-3'])
      expect(first.filter((one) => one === name).length).toBeGreaterThan(15);
  });

  it('draws the other side without regard to this one', () => {
    const fault = { ...PARTITION, spec: { ...PARTITION.spec, target: { mode: 'one', selector: {} } } };
    const few = planFault(request({ fault, candidates: [pod(1)] })).plan?.peers;
    expect(planFault(request({ fault })).plan?.peers).toEqual(few);
  });

  it.each<{ what: string; asked: PlanRequest; why: RegExp }>([
    {
      what: 'a target counts too',
      asked: request({ blastRadius: { namespaces: ['shop'], maxPods: 1, maxNodes: 0 } }),
      why: /^3 pods would be touched, blastRadius.maxPods is 1: .*shop-front-1/,
    },
    {
      what: 'a namespace is not on the list',
      asked: request({ blastRadius: { namespaces: ['shop-b'], maxPods: 3, maxNodes: 0 } }),
      why: /outside blastRadius.namespaces \[shop-b\]/,
    },
    {
      what: 'a limit is not a number',
      asked: request({ blastRadius: { namespaces: ['shop'], maxPods: Number.NaN, maxNodes: 0 } }),
      why: /maxPods is NaN/,
    },
    {
      what: 'a pod is beside the judge',
      asked: request({ peerCandidates: [pod(11, { node: 'healproof-worker3' })] }),
      why: /on healproof-worker3, where the judge lives/,
    },
    {
      what: 'a pod has no node yet',
      asked: request({ candidates: [pod(1, { node: '' })] }),
      why: /not on any node yet/,
    },
    { what: 'nothing matches', asked: request({ candidates: [] }), why: /^selector: the selector matches no pod$/ },
    {
      what: 'nothing matches on the other side',
      asked: request({ peerCandidates: [] }),
      why: /^target: the selector matches no pod$/,
    },
    { what: 'the mode is not known', asked: stress({ mode: 'some' }), why: /mode "some" is not known/ },
    { what: 'the mode is missing', asked: stress({ mode: undefined }), why: /is not known/ },
    { what: 'fixed has no value', asked: stress({ mode: 'fixed' }), why: /needs a value of 1 or more/ },
    { what: 'fixed is zero', asked: stress({ mode: 'fixed', value: '0' }), why: /needs a value of 1 or more/ },
    { what: 'fixed is not whole', asked: stress({ mode: 'fixed', value: '1.5' }), why: /needs a value of 1 or more/ },
    {
      what: 'a percentage is too large',
      asked: stress({ mode: 'fixed-percent', value: '101' }),
      why: /between 1 and 100/,
    },
    {
      what: 'a percentage is no number',
      asked: stress({ mode: 'random-max-percent', value: 'half' }),
      why: /between 1 and 100/,
    },
    {
      what: 'the kind does not select pods',
      asked: request({ fault: { ...PARTITION, kind: 'AWSChaos' } }),
      why: /AWSChaos would hit cannot be said/,
    },
    { what: 'the cluster is a remote one', asked: stress({ remoteCluster: 'b' }), why: /remote cluster/ },
    {
      what: 'a lasting fault has no duration',
      asked: request({ fault: { ...PARTITION, durationMs: null } }),
      why: /needs a duration/,
    },
    {
      what: 'a kernel fault hits nodes',
      asked: request({ fault: { ...STRESS, kind: 'KernelChaos' } }),
      why: /1 node would be hit, blastRadius.maxNodes is 0/,
    },
  ])('refuses when $what', ({ asked, why }) => {
    const { plan, refusals } = planFault(asked);
    expect(plan).toBeNull();
    expect(refusals).toEqual([expect.stringMatching(why)]);
  });

  it('says everything that speaks against it at once', () => {
    const { refusals } = planFault(
      request({ blastRadius: { namespaces: [], maxPods: 0, maxNodes: 0 }, judgeNodes: ['healproof-worker'] }),
    );
    expect(refusals).toHaveLength(3);
  });

  it('refuses a kernel fault on the judge’s node', () => {
    const asked = request({
      fault: { ...STRESS, kind: 'KernelChaos' },
      judgeNodes: ['healproof-worker'],
      blastRadius: { namespaces: ['shop'], maxPods: 1, maxNodes: 1 },
    });
    expect(planFault(asked).refusals).toContain('healproof-worker is where the judge lives');
  });

  it.each(['healproof-worker2', 'healproof-worker3'])('refuses pods on every node of the judge’s: %s', (node) => {
    const judgeNodes = ['healproof-worker2', 'healproof-worker3'];
    const refusals = planFault(request({ judgeNodes, candidates: [pod(1, { node })] })).refusals.join();
    expect(refusals).toContain(`on ${node}, where the judge lives: shop/`);
  });

  it('lets a one-shot fault be without a duration', () => {
    const kill: ChaosMeshFault = {
      type: 'chaosMesh',
      kind: 'PodChaos',
      durationMs: null,
      spec: { action: 'pod-kill', mode: 'one', selector: {} },
    };
    expect(planFault(request({ fault: kill })).plan?.targets).toHaveLength(1);
  });

  it('takes the target of an HTTP fault for what it is, a word and no other side', () => {
    const fault: ChaosMeshFault = {
      ...STRESS,
      kind: 'HTTPChaos',
      spec: { mode: 'one', selector: {}, target: 'Request' },
    };
    const { plan } = planFault(request({ fault, peerCandidates: [] }));
    expect(plan?.spec).toMatchObject({ mode: 'all', target: 'Request' });
    expect(plan?.peers).toEqual([]);
  });

  it('counts a pod on both sides once', () => {
    const both = planFault(
      request({
        candidates: [pod(1)],
        peerCandidates: [pod(1)],
        blastRadius: { namespaces: ['shop'], maxPods: 1, maxNodes: 0 },
      }),
    );
    expect(both.plan?.touched).toHaveLength(1);
  });
});
