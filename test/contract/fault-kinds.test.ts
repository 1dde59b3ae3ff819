import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RunFolder } from '../../src/adapters/evidence/run-folder.ts';
import { verifyRun } from '../../src/adapters/evidence/verify-run.ts';
import type { RunRecord } from '../../src/experiment/run-record/run-record.ts';
import type { KubeObject } from '../../src/ports/kube.ts';
import { NODE_ACTION_KINDS } from '../../src/scenario/faults/node/node-actions.ts';
import type { Fault, NodeAction, SingleFault } from '../../src/scenario/model/fault.ts';
import type { Probe, Scenario } from '../../src/scenario/model/scenario.ts';
import {
  DEPLOYMENT,
  NODE,
  POD,
  runFor,
  runWith,
  SmallCluster,
  scenarioWith,
  workload,
} from '../fakes/small-cluster.ts';

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
  readonly sabotage: (world: SmallCluster) => void;
}

const deafApiServer = (world: SmallCluster): void => {
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
const idleMachines = ({ machines }: SmallCluster): void => {
  machines.isIdle = true;
};
const idleHelm = ({ releases }: SmallCluster): void => {
  releases.isIdle = true;
};
const lyingChaos = (world: SmallCluster): void => {
  world.isChaosReal = false;
};

const nodeFault = (action: NodeAction): SingleFault => ({
  type: 'node',
  action,
  node: { runs: { namespace: 'shop', labels: { app: 'back' } } },
  durationMs: NODE_ACTION_KINDS[action].mustEndBecause === null ? null : 120_000,
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
  { what: 'a node without its kubelet', fault: nodeFault('stopKubelet'), sabotage: idleMachines },
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

const codesOf = (record: RunRecord): string[] => (record.judgement?.reasons ?? []).map(({ code }) => code);

let world: SmallCluster;
beforeEach(() => {
  world = new SmallCluster();
  vi.spyOn(Date, 'now').mockImplementation(() => world.clock.now());
});
afterEach(() => vi.restoreAllMocks());

describe('every kind of fault', () => {
  it.each(CASES)('is proven when it bites, and taken back: $what', async ({ fault }) => {
    const record = await runWith(world, fault);
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
    expect(world.machines.hasKubelet(NODE)).toBe(true);
  });

  it.each(CASES)(
    'is not proven when it was never there, whatever its injector says: $what',
    async ({ fault, sabotage }) => {
      sabotage(world);
      const record = await runWith(world, fault);
      expect(record.evidence.failure).toBeNull();
      expect(record.evidence.injection?.refusal).toBeNull();
      expect(record.judgement?.verdict).toBe('inconclusive');
      expect(codesOf(record)).toContain('FAULT_NOT_PROVEN');
      expect(record.steps.map(({ step }) => step)).not.toContain('observe');
    },
  );
});

const common = { tolerance: { kind: 'compare', operator: '==', value: 1 }, forMs: 1_000, everyMs: 1_000 } as const;
/** One probe of each kind. */
const LIVE_PROBES: readonly Probe[] = [
  {
    name: 'namespace',
    kubernetes: {
      ...{ apiVersion: 'v1', kind: 'Namespace', namespace: null, name: 'shop' },
      ...{ field: 'metadata.name', equals: 'shop', whenAbsent: null },
    },
    ...common,
  },
  { name: 'front', http: { address: { url: 'http://x/' }, status: 200, body: null, withinMs: 500 }, ...common },
];

/** The machine is reached by the user's command alone. */
function giveCommands({ commands, machines }: SmallCluster): void {
  const own = { do: ['power', 'off', '{node}'], undo: ['power', 'on', '{node}'] };
  const check = ['power', 'is-off', '{node}'];
  const [lasting, once] = [
    { ...own, check },
    { ...own, check: null },
  ];
  commands.actions = { pause: lasting, stopKubelet: lasting, restart: once, reboot: once };
  machines.reaches = () => false;
}

describe('a node that is no container of the engine', () => {
  it.each(['pause', 'restart', 'reboot', 'stopKubelet'] as const)(
    'is hit by a command of the user’s: %s',
    async (action) => {
      giveCommands(world);
      const record = await runWith(world, nodeFault(action));
      expect(record.judgement).toMatchObject({ verdict: 'pass', reasons: [], absorbed: true });
      expect(record).toMatchObject({ leaks: [], cleanupErrors: [] });
      expect(world.commands.diary).toEqual([`arm ${action} ${NODE}`, `do ${action} ${NODE}`, `undo ${action} ${NODE}`]);
      expect([...world.commands.armed]).toEqual([]);
      expect((await world.machines.state(NODE)).paused).toBe(false);
      expect(record.manifests?.injected).toMatchObject({ action, command: ['power', 'off', '{node}'] });
    },
  );

  it.each(['pause', 'restart', 'reboot', 'stopKubelet'] as const)(
    'is not proven to be hit by a command that does nothing: %s',
    async (action) => {
      giveCommands(world);
      world.commands.isIdle = true;
      const record = await runWith(world, nodeFault(action));
      expect(record.judgement?.verdict).toBe('inconclusive');
      expect(codesOf(record)).toContain('FAULT_NOT_PROVEN');
    },
  );

  it('is brought back where the command fails, and what it said is told', async () => {
    giveCommands(world);
    world.commands.failure = 'the command for pause (do) ended with exit code 7: no such machine';
    const facts: unknown[] = [];
    const record = await runFor(world, scenarioWith(nodeFault('pause')), {
      onEvent: (event) => void (event.type === 'fact' && event.what === 'node-command' && facts.push(event.data)),
    });
    expect(record.evidence.injection?.refusal).toMatch(/no such machine/);
    expect(record.judgement?.verdict).toBe('inconclusive');
    expect(world.commands.diary.at(-1)).toBe(`undo pause ${NODE}`);
    expect(facts).toEqual([
      { action: 'pause', part: 'do', node: NODE, failed: expect.stringContaining('no such machine') },
      expect.objectContaining({ action: 'pause', part: 'undo', output: 'done' }),
    ]);
  });

  it('is left alone where there is no command, and that is said', async () => {
    world.machines.reaches = () => false;
    const record = await runWith(world, nodeFault('pause'));
    expect(record.evidence.failure?.message).toMatch(/nodeCommands of healproof\.yaml has no pause/);
  });
});

describe('the evidence of every kind of fault and of probe', () => {
  let runs: string;
  beforeEach(async () => {
    runs = await mkdtemp(join(tmpdir(), 'healproof-kinds-'));
  });
  afterEach(() => rm(runs, { recursive: true }));

  it.each(CASES)('gives the same verdict again: $what', async ({ fault }) => {
    const plain = scenarioWith(fault);
    const scenario: Scenario = {
      ...plain,
      steadyState: [...plain.steadyState, ...LIVE_PROBES],
      params: { app: 'back' },
      repeat: { kind: 'every-run', runs: 2 },
    };
    const turn = { index: 2, planned: 2 };
    const start = { runId: 'r1', seed: 1, healer: 'on', scenario, repetition: turn, atMs: world.clock.now() } as const;
    const folder = new RunFolder(runs, start);
    const record = await runFor(world, scenario, folder.journal);
    const { dir, head } = await folder.close({ ...record, repetition: turn }, () => new Map());
    expect(await verifyRun(dir, head)).toMatchObject({ state: 'verified', verdict: 'pass', problems: [] });
    expect(record.evidence.probes.map(({ samples }) => samples.length > 10)).toEqual([true, true, true]);
  });
});

describe('a fault without a witness', () => {
  it('is never proven, however real it is', async () => {
    const record = await runWith(world, chaos('IOChaos'));
    expect(record.judgement?.verdict).toBe('inconclusive');
    expect(codesOf(record)).toContain('FAULT_NOT_PROVEN');
  });

  it.each([1, null])('is not proven by a query that gave %s before', async (before) => {
    world.query = before;
    const record = await runWith(world, { ...chaos('IOChaos'), witness: asked });
    expect(codesOf(record)).toContain('FAULT_NOT_PROVEN');
  });
});
