import { beforeEach, describe, expect, it } from 'vitest';
import { LABELS } from '../../../healer/src/names.ts';
import { FakeKube } from '../../../test/fakes/fake-kube.ts';
import { fakePorts } from '../../../test/fakes/runner-ports.ts';
import { NO_FAULT, POD_KILL, scenarioOf } from '../../../test/fixtures/evidence-builder.ts';
import type { KubeObject } from '../../ports/kube.ts';
import type { ChaosMeshFault, Scenario } from '../../scenario/model/scenario.ts';
import { planScenario, type ScenarioPlan } from './plan-scenario.ts';
import { matchesQuery } from './predicted-pods.ts';

const JUDGE = 'worker3';
const selector = { namespaces: ['shop'], labelSelectors: { app: 'back' } };

function deployment(over: object = {}, replicas = 3): KubeObject {
  const template = { metadata: { labels: { app: 'back' } }, spec: over };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: 'shop', name: 'back' },
    spec: { replicas, template },
  };
}
function budget(spec: object): KubeObject {
  const selects = { selector: { matchLabels: { app: 'back' } } };
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { namespace: 'shop', name: 'pdb' },
    spec: { ...selects, ...spec },
  };
}
const namespace = (labels: Record<string, string> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', labels },
});
function livePod(name: string, node: string): KubeObject {
  const metadata = { namespace: 'shop', name, uid: name, labels: { app: 'back' } };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName: node }, status: { phase: 'Running' } };
}

let kube: FakeKube;
let manifests: KubeObject[];
beforeEach(() => {
  kube = new FakeKube().seed(node('worker'), node('worker2'), node(JUDGE, { [LABELS.role]: 'judge' }));
  manifests = [namespace(), deployment(), budget({ maxUnavailable: 1 })];
});

function node(name: string, labels: Record<string, string> = {}): KubeObject {
  const status = { conditions: [{ type: 'Ready', status: 'True' }] };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, status };
}

function plan(over: Partial<Scenario> = {}): Promise<ScenarioPlan> {
  const fault = { ...POD_KILL, spec: { action: 'pod-kill', mode: 'one', selector } } as ChaosMeshFault;
  const ports = fakePorts({
    kube,
    workloads: { load: async () => manifests, chart: async () => null, rules: async () => new Map() },
  });
  return planScenario({ ...scenarioOf({ fault }), ...over }, ports, 7);
}

describe('a plan', () => {
  it('says how many of the pods that the workload will make would be hit, and changes nothing', async () => {
    const planned = await plan();
    expect(planned).toMatchObject({
      namespaces: ['shop'],
      touched: 1,
      refusals: [],
      skippedBecause: null,
      judgeNodes: [JUDGE],
    });
    expect(planned.targets).toEqual([
      { namespace: 'shop', name: expect.stringMatching(/^back-\(\d of 3\)$/), node: null },
    ]);
    expect(kube.calls.filter((call) => !call.startsWith('get '))).toEqual([]);
  });

  it('names the exact pods where they are there already', async () => {
    kube.seed(livePod('back-1', 'worker'), livePod('back-2', 'worker2'), budget({ minAvailable: 2 }));
    const { targets, disruptionBudgets } = await plan({ workload: null });
    expect(targets).toEqual([
      { namespace: 'shop', name: expect.stringMatching(/^back-[12]$/), node: expect.stringMatching('worker') },
    ]);
    expect(disruptionBudgets[0]?.effect).toContain('lets none be evicted');
  });

  it('says what the disruption budgets over the targets allow', async () => {
    expect((await plan()).disruptionBudgets).toEqual([
      { namespace: 'shop', name: 'pdb', effect: expect.stringContaining('lets 1 pod of its 3') },
    ]);
    manifests = [namespace(), deployment()];
    expect((await plan()).disruptionBudgets).toEqual([]);
  });

  it.each<[string, () => void, Partial<Scenario>, RegExp]>([
    [
      'more pods than allowed',
      () => undefined,
      { blastRadius: { namespaces: ['shop'], maxPods: 0, maxNodes: 0 } },
      /maxPods/,
    ],
    [
      'a strange namespace',
      () => undefined,
      { blastRadius: { namespaces: ['other'], maxPods: 1, maxNodes: 0 } },
      /outside/,
    ],
    ['a pod beside the judge', () => kube.seed(livePod('back-1', JUDGE)), { workload: null }, /where the judge lives/],
    [
      'a pod that asks to be beside it',
      () => (manifests = [deployment({ nodeSelector: { [LABELS.role]: 'judge' } })]),
      {},
      /where the judge lives/,
    ],
    ['nothing to hit', () => (manifests = [namespace()]), {}, /selector/],
    ['a namespace of somebody else', () => kube.seed(namespace()), {}, /was not made by healproof/],
    ['what another run left', () => kube.seed(namespace({ [LABELS.run]: 'r0' })), {}, /belongs to run r0/],
  ])('refuses %s, as the run would', async (_name, arrange, over, words) => {
    arrange();
    expect((await plan(over)).refusals.join()).toMatch(words);
  });

  it.each([JUDGE, 'worker4'])('with two judges refuses pods and nodes of either: %s', async (judge) => {
    kube.seed(node('worker4', { [LABELS.role]: 'judge' }), livePod('back-1', judge));
    const { judgeNodes, refusals } = await plan({ workload: null });
    expect(judgeNodes).toEqual([JUDGE, 'worker4']);
    expect(refusals.join()).toContain(`on ${judge}, where the judge lives: shop/back-1`);
    const fault = { type: 'node', action: 'drain', node: { name: judge }, durationMs: null } as const;
    expect((await plan({ workload: null, fault })).refusals).toEqual(['no ready worker fits']);
  });

  it('says what it would be skipped for', async () => {
    const { skippedBecause } = await plan({ requires: { nodes: 9, kernel: [], components: [] } });
    expect(skippedBecause).toMatch(/needs 9 ready workers/);
  });

  it('carries parameters and repetition, so that a reader sees what the runs are of', async () => {
    const repeat = { kind: 'percentile', percentile: 95, confidence: 95 } as const;
    const planned = await plan({ params: { app: 'back' }, repeat });
    expect(planned).toMatchObject({ params: { app: 'back' }, repeat, cluster: 'lab' });
  });

  it('of a run in a cluster of its own neither misses nor refuses what only that cluster could tell', async () => {
    kube.seed(namespace());
    const planned = await plan({ cluster: 'fresh', requires: { nodes: 9, kernel: [], components: [] } });
    expect(planned).toMatchObject({ refusals: [], skippedBecause: null, touched: 1, judgeNodes: [] });
    const fault = { type: 'node', action: 'drain', node: {}, durationMs: null } as const;
    expect(await plan({ cluster: 'fresh', fault })).toMatchObject({
      changes: ['drain one of its workers, drawn by the seed'],
      refusals: [],
    });
    expect(kube.calls).toEqual([]);
  });

  it('of a control run hits nothing', async () => {
    expect(await plan({ fault: NO_FAULT })).toMatchObject({ targets: [], refusals: [] });
  });
});

it.each([
  ['a=b', true],
  ['a=c', false],
  ['a!=c', true],
  ['a', true],
  ['z', false],
  ['!z', true],
  ['a in (x,b),c', true],
  ['a notin (x,b)', false],
  ['z notin (x)', true],
])('labels are matched by %s as the API server would: %s', (query, expected) => {
  expect(matchesQuery({ a: 'b', c: 'd' }, query)).toBe(expected);
});
