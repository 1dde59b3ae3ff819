import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ClusterWitnesses } from '../../src/adapters/witness/witnesses.ts';
import type { KubeObject } from '../../src/ports/kube.ts';
import type { MetricsSource } from '../../src/ports/metrics-source.ts';
import type { NodeShell } from '../../src/ports/node-shell.ts';
import type { RunRecord } from '../../src/ports/reporter.ts';
import type { RunnerPorts } from '../../src/runner/ports.ts';
import { runScenario } from '../../src/runner/run-scenario.ts';
import type { Fault, SingleFault } from '../../src/scenario/fault.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { FakeClock } from '../fakes/fake-clock.ts';
import { FakeKube } from '../fakes/fake-kube.ts';
import { FakeMachines } from '../fakes/fake-machines.ts';
import { FakeReleases } from '../fakes/fake-releases.ts';
import { cannedScenario } from '../fixtures/canned-run.ts';

const NODE = 'worker';
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'back' };
const POD = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', labels: { app: 'back' } };

/** The same small cluster for every fault, with real witnesses, and injectors that can be told to do nothing. */
class World {
  readonly clock = new FakeClock(Date.now());
  readonly kube = new FakeKube();
  readonly machines = new FakeMachines([NODE]);
  readonly releases = new FakeReleases(this.kube);
  /** Value of the author's query; what the node says about its start and about its processes. */
  query: number | null = 0;
  start = 1;
  oddClocks = 0;
  isChaosReal = true;

  constructor() {
    this.kube.serverTimeMs = async () => this.clock.now();
    this.kube.seed(node(NODE, {}), node('judge', { 'healproof.dev/role': 'judge' }), crd('timechaos'), crd('iochaos'));
    const restart = this.machines.restart.bind(this.machines);
    this.machines.restart = async (name) => {
      await restart(name);
      if (!this.machines.isIdle) this.start += 1;
    };
    this.machines.reboot = this.machines.restart;
    this.#beatHearts();
  }

  /** A kubelet that renews its Lease unless its node stands still. */
  #beatHearts(): void {
    const get = this.kube.get.bind(this.kube);
    this.kube.get = async (ref) => {
      if (ref.kind !== 'Lease' || ref.namespace !== 'kube-node-lease') return get(ref);
      const { paused } = await this.machines.state(ref.name);
      const beat = paused ? 0 : Math.floor(this.clock.now() / 10_000);
      return { apiVersion: 'v1', kind: 'Lease', metadata: { name: ref.name }, spec: { renewTime: String(beat) } };
    };
  }

  ports(): RunnerPorts {
    const { clock, kube, machines, releases } = this;
    const shell: NodeShell = {
      reaches: () => true,
      run: async (_node, script) => ({ exitCode: 0, stdout: this.#answer(script), stderr: '' }),
    };
    const metrics = this.#metrics();
    return {
      clock,
      kube,
      metrics,
      injector: {
        refOf: (id, kind) => ({ apiVersion: 'chaos-mesh.org/v1alpha1', kind, namespace: 'healproof-system', name: id }),
        inject: async (_run, { apiVersion, kind, namespace, name }) => {
          await kube.create({ apiVersion, kind, metadata: { namespace, name } });
          if (this.isChaosReal) [this.oddClocks, this.query] = [1, 1];
        },
        observe: async () => ({ sighting: { atMs: clock.now(), state: 'in-force' }, events: [], message: null }),
      },
      witnesses: new ClusterWitnesses({ kube, shell, machines, metrics }),
      nodes: shell,
      machines,
      releases,
      remediation: {
        read: async () => ({ records: [], aliveThroughout: true, detail: 'awake' }),
        lines: async () => [],
      },
      audit: {
        mark: async () => null,
        read: async (_mark, fromMs, toMs) => ({
          source: 'none',
          complete: false,
          detail: 'none',
          fromMs,
          toMs,
          entries: [],
        }),
      },
      workloads: { load: async () => workload(), chart: async () => '/chart' },
      images: [],
      version: '0',
    };
  }

  #answer(script: string): string {
    if (script.includes('boot_id')) return `boot ${this.start}`;
    return script.includes('clock_look') ? `uid-back-1\t${this.oddClocks}\t1\n` : '';
  }

  #metrics(): MetricsSource {
    const normal = (atMs: number) => ({ atMs, value: 1, problem: null });
    return {
      sample: async (_query, atMs) =>
        this.query === null ? { atMs, value: null, problem: 'NO_DATA' } : { atMs, value: this.query, problem: null },
      range: async (_query, fromMs, toMs, stepMs) => {
        const first = Math.ceil(fromMs / stepMs) * stepMs;
        const count = Math.max(0, Math.floor((toMs - first) / stepMs) + 1);
        return Array.from({ length: count }, (_, index) => normal(first + index * stepMs));
      },
      raw: async (_selector, fromMs, toMs) => [{ labels: { job: 'shop' }, points: everySecond(fromMs, toMs) }],
      targets: async () => [
        { job: 'shop', up: true, lastScrapeAtMs: this.clock.now(), scrapeIntervalMs: 1_000, labels: { job: 'shop' } },
      ],
      version: async () => '3.7.3',
    };
  }
}

function everySecond(fromMs: number, toMs: number): { atMs: number; value: number }[] {
  const first = Math.ceil(fromMs / 1_000) * 1_000;
  const count = Math.max(0, Math.floor((toMs - first) / 1_000) + 1);
  return Array.from({ length: count }, (_, index) => ({ atMs: first + index * 1_000, value: 1 }));
}

function node(name: string, labels: Record<string, string>): KubeObject {
  const status = { conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: {} };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, uid: `uid-${name}`, labels }, spec: {}, status };
}

function crd(plural: string): KubeObject {
  const metadata = { name: `${plural}.chaos-mesh.org` };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata,
    spec: { names: { kind: 'X' } },
  };
}

function workload(): KubeObject[] {
  const owner = { kind: 'ReplicaSet', name: 'back', uid: 'uid-set' };
  const { apiVersion, kind, namespace, name } = DEPLOYMENT;
  const template = {
    spec: {
      containers: [
        { name: 'shop', image: 'good' },
        { name: 'side', image: 'side' },
      ],
    },
  };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    {
      apiVersion,
      kind,
      metadata: { namespace, name, uid: 'uid-deployment', labels: { app: 'back' } },
      spec: { replicas: 1, selector: { matchLabels: { app: 'back' } }, template },
      status: { replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace, name: 'back-1', uid: 'uid-back-1', labels: { app: 'back' }, ownerReferences: [owner] },
      spec: { nodeName: NODE },
      status: { phase: 'Running', podIP: '10.0.0.1' },
    },
  ];
}

const patch = { spec: { template: { spec: { containers: [{ name: 'shop', image: 'bad' }] } } } };
const single = { durationMs: null } as const;
const release = {
  release: 'shop',
  namespace: 'shop',
  chart: 'chart',
  values: {},
  killAfterMs: 1_000,
  ...single,
} as const;
const configMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'shop', name: 'new' },
  data: { a: 'b' },
};
const selector = { mode: 'one', selector: { namespaces: ['shop'], labelSelectors: { app: 'back' } } };
const chaos = (kind: string): SingleFault => ({
  type: 'chaosMesh',
  kind,
  spec: { ...selector, duration: '60s' },
  durationMs: 60_000,
});
const asked = { query: 'x', tolerance: { kind: 'compare', operator: '==', value: 1 } } as const;

interface Case {
  readonly what: string;
  readonly fault: Fault;
  /** Makes the injector say yes and do nothing. */
  readonly sabotage: (world: World) => void;
}

const deafApiServer = (world: World): void => {
  const { kube } = world;
  const apply = kube.apply.bind(kube);
  const isFault = (object: unknown): boolean => (object as KubeObject).metadata.name === 'new';
  kube.apply = async (object, options) => (isFault(object) ? (object as KubeObject) : apply(object, options));
  const patchIt = kube.patch.bind(kube);
  kube.patch = async (ref, change, options) =>
    ref.kind === 'Secret' || options?.dryRun === true
      ? patchIt(ref, change, options)
      : ((await kube.get(ref)) as KubeObject);
  kube.scale = async () => undefined;
  const remove = kube.remove.bind(kube);
  kube.remove = async (ref, options) => (options?.uid === undefined ? remove(ref, options) : undefined);
  kube.evict = async () => undefined;
};
const idleMachines = ({ machines }: World): void => {
  machines.isIdle = true;
};
const idleHelm = ({ releases }: World): void => {
  releases.isIdle = true;
};
const lyingChaos = (world: World): void => {
  world.isChaosReal = false;
};

const nodeFault = (action: 'pause' | 'restart' | 'reboot' | 'drain'): SingleFault => ({
  type: 'node',
  action,
  node: { runs: { namespace: 'shop', labels: { app: 'back' } } },
  durationMs: action === 'pause' ? 120_000 : null,
});
const deletion: SingleFault = { type: 'kubernetes', change: { verb: 'delete', object: POD }, ...single };

const CASES: readonly Case[] = [
  {
    what: 'a patch',
    fault: {
      type: 'kubernetes',
      change: { verb: 'patch', object: DEPLOYMENT, patchType: 'strategic', patch },
      ...single,
    },
    sabotage: deafApiServer,
  },
  {
    what: 'a scaling',
    fault: { type: 'kubernetes', change: { verb: 'scale', object: DEPLOYMENT, replicas: 0 }, ...single },
    sabotage: deafApiServer,
  },
  {
    what: 'a new object',
    fault: { type: 'kubernetes', change: { verb: 'apply', manifest: configMap }, ...single },
    sabotage: deafApiServer,
  },
  { what: 'a deletion', fault: deletion, sabotage: deafApiServer },
  {
    what: 'the deletion of a workload',
    fault: { type: 'kubernetes', change: { verb: 'delete', object: DEPLOYMENT }, ...single },
    sabotage: deafApiServer,
  },
  { what: 'an upgrade', fault: { type: 'helm', action: 'upgrade', ...release }, sabotage: idleHelm },
  { what: 'a killed upgrade', fault: { type: 'helm', action: 'killUpgrade', ...release }, sabotage: idleHelm },
  { what: 'a paused node', fault: nodeFault('pause'), sabotage: idleMachines },
  { what: 'a restarted node', fault: nodeFault('restart'), sabotage: idleMachines },
  { what: 'a rebooted node', fault: nodeFault('reboot'), sabotage: idleMachines },
  { what: 'a drained node', fault: nodeFault('drain'), sabotage: deafApiServer },
  { what: 'a wrong clock', fault: chaos('TimeChaos'), sabotage: lyingChaos },
  {
    what: "a fault that only the author's query can see",
    fault: { ...chaos('IOChaos'), witness: asked },
    sabotage: lyingChaos,
  },
  {
    what: 'a sequence, of which one',
    fault: {
      type: 'sequence',
      steps: [
        { afterMs: 0, fault: deletion },
        { afterMs: 5_000, fault: nodeFault('pause') },
      ],
    },
    sabotage: idleMachines,
  },
];

function scenarioWith(fault: Fault): Scenario {
  return {
    ...cannedScenario,
    requires: { nodes: 0, kernel: [], components: [] },
    workload: 'shop',
    steadyState: [{ name: 'up', query: 'up', tolerance: { kind: 'compare', operator: '>', value: 0 }, forMs: 1_000 }],
    fault,
    blastRadius: { namespaces: ['shop'], maxPods: 1, maxNodes: 1 },
    abortWhen: [],
    recovery: { withinMs: 20_000, stableForMs: 5_000, phases: {}, by: 'none', expectActions: [], forbidActions: [] },
  };
}

async function run(world: World, fault: Fault): Promise<RunRecord> {
  const { signal } = new AbortController();
  const reporter = { onEvent: () => undefined };
  const options = { runId: 'r1', seed: 1, healer: 'on', keep: false, signal, reporter } as const;
  return runScenario(scenarioWith(fault), world.ports(), options);
}

const codesOf = (record: RunRecord): string[] => (record.judgement?.reasons ?? []).map(({ code }) => code);

let world: World;
beforeEach(() => {
  world = new World();
  vi.spyOn(Date, 'now').mockImplementation(() => world.clock.now());
});
afterEach(() => vi.restoreAllMocks());

describe('every kind of fault', () => {
  it.each(CASES)('is proven when it bites, and taken back: $what', async ({ fault }) => {
    const record = await run(world, fault);
    expect(record.evidence.failure).toBeNull();
    expect(record.evidence.injection?.refusal).toBeNull();
    expect(record.judgement).toMatchObject({ verdict: 'pass', reasons: [], absorbed: true });
    expect(record).toMatchObject({ leaks: [], cleanupErrors: [] });
    const [, deployment] = workload();
    expect(world.kube.objects.get('Deployment/shop/back')?.spec).toEqual(deployment?.spec);
    expect(world.kube.objects.has('ConfigMap/shop/new')).toBe(false);
    expect(world.kube.objects.get(`Node/${NODE}`)?.spec).toEqual({});
    expect(await world.machines.state(NODE)).toEqual({ running: true, paused: false, restartPolicy: 'on-failure:1' });
    expect([...world.machines.armed]).toEqual([]);
  });

  it.each(CASES)(
    'is not proven when it was never there, whatever its injector says: $what',
    async ({ fault, sabotage }) => {
      sabotage(world);
      const record = await run(world, fault);
      expect(record.evidence.failure).toBeNull();
      expect(record.evidence.injection?.refusal).toBeNull();
      expect(record.judgement?.verdict).toBe('inconclusive');
      expect(codesOf(record)).toContain('FAULT_NOT_PROVEN');
      expect(record.steps.map(({ step }) => step)).not.toContain('observe');
    },
  );
});

describe('a fault without a witness', () => {
  it('is never proven, however real it is', async () => {
    const record = await run(world, chaos('IOChaos'));
    expect(record.judgement?.verdict).toBe('inconclusive');
    expect(codesOf(record)).toContain('FAULT_NOT_PROVEN');
  });

  it.each([1, null])('is not proven by a query that gave %s before', async (before) => {
    world.query = before;
    const record = await run(world, { ...chaos('IOChaos'), witness: asked });
    expect(codesOf(record)).toContain('FAULT_NOT_PROVEN');
  });
});
