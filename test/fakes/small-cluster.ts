import { ClusterWitnesses } from '../../src/adapters/witness/witnesses.ts';
import type { RunRecord } from '../../src/experiment/run-record/run-record.ts';
import type { KubeObject } from '../../src/ports/kube.ts';
import type { MetricsSource } from '../../src/ports/metrics-source.ts';
import type { NodeShell } from '../../src/ports/node-shell.ts';
import type { Reporter } from '../../src/ports/reporter.ts';
import type { RunnerPorts } from '../../src/ports/runner-ports.ts';
import { runScenario } from '../../src/runner/run-scenario.ts';
import type { Fault } from '../../src/scenario/model/fault.ts';
import type { Scenario } from '../../src/scenario/model/scenario.ts';
import { analysePromql } from '../fixtures/analyse-promql.ts';
import { cannedScenario } from '../fixtures/canned-run.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeKube } from './fake-kube.ts';
import { FakeMachines } from './fake-machines.ts';
import { FakeNodeCommands } from './fake-node-commands.ts';
import { FakeReleases } from './fake-releases.ts';

export const NODE = 'worker';
export const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'back' };
export const POD = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', labels: { app: 'back' } };

/** The same small cluster for every fault, with real witnesses, and injectors that can be told to do nothing. */
export class SmallCluster {
  readonly clock = new FakeClock(Date.now());
  readonly kube = new FakeKube();
  readonly machines = new FakeMachines([NODE]);
  readonly commands = new FakeNodeCommands(this.machines);
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

  /** A kubelet that renews its Lease unless it is stopped or its node stands still. */
  #beatHearts(): void {
    const get = this.kube.get.bind(this.kube);
    this.kube.get = async (ref) => {
      if (ref.kind !== 'Lease' || ref.namespace !== 'kube-node-lease') return get(ref);
      const { paused } = await this.machines.state(ref.name);
      const beat = paused || !this.machines.hasKubelet(ref.name) ? 0 : Math.floor(this.clock.now() / 10_000);
      return { apiVersion: 'v1', kind: 'Lease', metadata: { name: ref.name }, spec: { renewTime: String(beat) } };
    };
  }

  ports(): RunnerPorts {
    const { clock, kube, machines, commands, releases } = this;
    const shell: NodeShell = {
      reaches: () => true,
      run: async (name, script) => ({ exitCode: 0, stdout: this.#answer(name, script), stderr: '' }),
    };
    const metrics = this.#metrics();
    return {
      clock,
      kube,
      metrics,
      analysePromql,
      alertRules: { list: async () => [] },
      receiver: null,
      http: {
        get: async () => ({ kind: 'answer', status: 200, body: 'ok' }),
      },
      injector: {
        refOf: (id, kind) => ({ apiVersion: 'chaos-mesh.org/v1alpha1', kind, namespace: 'healproof-system', name: id }),
        inject: async (_run, { apiVersion, kind, namespace, name }) => {
          await kube.create({ apiVersion, kind, metadata: { namespace, name } });
          if (this.isChaosReal) [this.oddClocks, this.query] = [1, 1];
        },
        observe: async () => ({ observation: { atMs: clock.now(), state: 'in-force' }, events: [], message: null }),
      },
      witnesses: new ClusterWitnesses({ kube, shell, machines, commands, metrics }),
      nodes: shell,
      machines,
      commands,
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
      workloads: { load: async () => workload(), chart: async () => '/chart', rules: async () => new Map() },
      images: [],
      version: '0',
    };
  }

  #answer(name: string, script: string): string {
    if (script.includes('kubelet')) return this.#kubeletSays(name, script);
    if (script.includes('boot_id')) return `boot ${this.start}`;
    return script.includes('clock_look') ? `uid-back-1\t${this.oddClocks}\t1\n` : '';
  }

  #kubeletSays(name: string, script: string): string {
    if (script.startsWith('systemctl st')) this.machines.setKubelet(name, script.includes('start'));
    const isRunning = this.machines.hasKubelet(name);
    const state = isRunning ? 'active' : 'inactive';
    return script.includes('10248') ? `${state} ${isRunning ? 'answers' : 'silent'} 4` : state;
  }

  #metrics(): MetricsSource {
    const normal = (atMs: number) => ({ atMs, value: 1, problem: null });
    return {
      sample: async (query, atMs) => {
        if (query === PROBED) return normal(atMs);
        return this.query === null
          ? { atMs, value: null, problem: 'NO_DATA' }
          : { atMs, value: this.query, problem: null };
      },
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

/** What the probe of `scenarioWith` asks; every other query is an author's witness. */
const PROBED = 'up';

function everySecond(fromMs: number, toMs: number): { atMs: number; value: number }[] {
  const first = Math.ceil(fromMs / 1_000) * 1_000;
  const count = Math.max(0, Math.floor((toMs - first) / 1_000) + 1);
  return Array.from({ length: count }, (_, index) => ({ atMs: first + index * 1_000, value: 1 }));
}

export function node(name: string, labels: Record<string, string>): KubeObject {
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

export function workload(): KubeObject[] {
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

export function scenarioWith(fault: Fault): Scenario {
  return {
    ...cannedScenario,
    requires: { nodes: 0, kernel: [], components: [] },
    workload: 'shop',
    steadyState: [{ name: 'up', query: PROBED, tolerance: { kind: 'compare', operator: '>', value: 0 }, forMs: 1_000 }],
    fault,
    blastRadius: { namespaces: ['shop'], maxPods: 1, maxNodes: 1 },
    abortWhen: [],
    recovery: { withinMs: 20_000, stableForMs: 5_000, phases: {}, by: 'none', expectActions: [], forbidActions: [] },
  };
}

/** A run with this fault whose claim is that nobody notices it. */
export async function runWith(world: SmallCluster, fault: Fault): Promise<RunRecord> {
  return runFor(world, scenarioWith(fault), { onEvent: () => undefined });
}

export async function runFor(world: SmallCluster, scenario: Scenario, reporter: Reporter): Promise<RunRecord> {
  return runScenarioIn(world.ports(), scenario, reporter);
}

export async function runScenarioIn(ports: RunnerPorts, scenario: Scenario, reporter: Reporter): Promise<RunRecord> {
  const { signal } = new AbortController();
  const options = { runId: 'r1', seed: 1, healer: 'on', keep: false, signal, reporter } as const;
  return runScenario(scenario, ports, options);
}
