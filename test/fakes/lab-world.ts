import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { KindLab } from '../../lab/cluster/kind-lab.ts';
import { AbortedError } from '../../src/errors.ts';
import type { ImageRecord } from '../../src/experiment/run-record/environment.ts';
import type { Host } from '../../src/ports/host.ts';
import type { ImageNeeds, Images } from '../../src/ports/images.ts';
import type { KubeObject } from '../../src/ports/kube.ts';
import { waitUntil } from '../../src/runner/waiting/wait-until.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeKube } from './fake-kube.ts';
import { type Call, FakeRun } from './fake-run.ts';
import { KeptProgress } from './kept-progress.ts';

const ROOT = join(import.meta.dirname, '../..');
const GIB = 1024 ** 3;

export interface FakeContainer {
  name: string;
  role: string;
  cluster: string;
  running: boolean;
  paused: boolean;
  startedAtMs: number;
  mounts: { Source: string; Destination: string }[];
}

/** A cluster whose workloads are rolled out as soon as they are applied. */
class EagerKube extends FakeKube {
  override async apply(object: unknown): Promise<KubeObject> {
    const applied = object as KubeObject;
    return super.apply(applied.kind === 'Deployment' || applied.kind === 'DaemonSet' ? rolledOut(applied) : applied);
  }
}

function rolledOut(object: KubeObject): KubeObject {
  const replicas = (object.spec as { readonly replicas?: number } | undefined)?.replicas ?? 1;
  const deployment = { replicas, updatedReplicas: replicas, availableReplicas: replicas };
  const daemonSet = { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 };
  return { ...object, status: object.kind === 'DaemonSet' ? daemonSet : deployment };
}

function workload(kind: string, namespace: string, name: string): KubeObject {
  return rolledOut({ apiVersion: 'apps/v1', kind, metadata: { namespace, name }, spec: {} });
}

export function nodeObject(name: string, ready = true): KubeObject {
  const labels: Record<string, string> = name.endsWith('worker3') ? { 'healproof.dev/role': 'judge' } : {};
  const status = { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] };
  return { apiVersion: 'v1', kind: 'Node', metadata: { name, labels }, status };
}

function record(name: string, digest: string, version = '1'): ImageRecord {
  return { name, source: 'airgap', version, digest };
}

/** Container engine, kind, helm, API server and machine, all made up; only the lab's own files are real. */
export class LabWorld {
  readonly cacheDir = mkdtempSync(join(tmpdir(), 'healproof-lab-'));
  readonly clock = new FakeClock();
  readonly progress = new KeptProgress();
  readonly programs = new FakeRun();
  readonly archives: string[][] = [];
  containers: FakeContainer[] = [];
  kube = new EagerKube();
  records: ImageRecord[] = [
    record('docker.io/kindest/node:v1.34.4', 'sha256:node'),
    record('docker.io/healproof/healer:0.1.0', 'sha256:healer'),
    record('docker.io/healproof/janitor:0.1.0', 'sha256:janitor'),
    record('docker.io/healproof/receiver:0.1.0', 'sha256:receiver'),
    record('quay.io/prometheus/prometheus:v3.7.3', 'sha256:prometheus'),
    record('quay.io/prometheus/alertmanager:v0.33.1', 'sha256:alertmanager'),
    record('ghcr.io/chaos-mesh/chaos-mesh:v2.8.4', 'sha256:chaos'),
    record('docker.io/healproof/cni:0.1.0', 'sha256:cni'),
  ];
  needs: ImageNeeds = { isReady: true, seconds: 0, diskBytes: 0, memoryBytes: 0 };
  host = { memoryBytes: 16 * GIB, diskBytes: 100 * GIB, busyPorts: new Set<number>(), inotifyLeft: 1000 };
  kindConfig = join(ROOT, 'kind-config.yaml');
  workloadsDir = join(ROOT, 'workloads');
  hasEngine = true;
  /** Address that nothing answers at. */
  silent: string | undefined;
  helmStatus: string | null = null;
  /** What kind says when it fails. */
  kindFailure: string | null = null;
  absentNodes = new Set<string>();
  /** What happens while tools are got for a lab, if anything. */
  whileGettingTools: (() => void) | null = null;
  /** What happens while kind makes a cluster, if anything; kind is then stopped by the signal. */
  duringCreate: (() => void) | null = null;
  /** Nodes that the engine makes only after all others were removed. */
  lateNodes = 0;

  /** To be made within a test; its files go with it. */
  constructor() {
    onTestFinished(() => rmSync(this.cacheDir, { recursive: true, force: true }));
    this.programs
      .on('bash -c', '4711\n')
      .on('docker ps', ({ args }) => this.#ps(args))
      .on('docker inspect', ({ args }) => JSON.stringify(args.slice(1).map((id) => this.#inspect(id))))
      .on('docker info', '/var/lib/docker\n')
      .on('docker network ls', 'kind\n')
      .on('docker start', ({ args }) => this.#each(args.slice(1), (each) => (each.running = true)))
      .on('docker unpause', ({ args }) => this.#each(args.slice(1), (each) => (each.paused = false)))
      .on('docker rm', ({ args }) => this.#removeNodes(args))
      .on('kind create cluster', (call) => this.#create(call))
      .on('kind delete cluster', ({ args }) => this.#remove((each) => each.cluster === after(args, '--name')))
      .on('helm list', () => JSON.stringify(this.helmStatus === null ? [] : [{ status: this.helmStatus }]))
      .on('helm uninstall', () => this.#setHelm(null))
      .on('helm upgrade', () => this.#installChaosMesh());
  }

  rebuild(name: string, digest: string): void {
    this.records = this.records.map((each) => (each.name === name ? record(name, digest, each.version) : each));
  }

  lab(clusterName = 'healproof'): KindLab {
    return new KindLab({
      clusterName,
      cacheDir: this.cacheDir,
      kindConfigPath: this.kindConfig,
      deployDir: join(ROOT, 'lab', 'deploy'),
      workloadsDir: this.workloadsDir,
      issueCertificate: async (name) => ({ authority: 'ca', certificate: `certificate of ${name}`, key: 'key' }),
      prometheusUrl: null,
      buildMs: 60_000,
      labMs: 60_000,
      images: this.#images(),
      host: this.#host(),
      run: this.programs.run,
      wait: (what, look, options) => waitUntil(look, { clock: this.clock, what, ...options }),
      clock: this.clock,
      connect: () => this.kube,
      answers: async (url) => this.silent === undefined || !url.startsWith(this.silent),
    });
  }

  options() {
    return { signal: new AbortController().signal, progress: this.progress, recreate: false, all: false, force: false };
  }

  /** Command lines since the last call, those that only look left out. */
  changes(): string[] {
    const looks = /^(docker (ps|inspect|info|network ls)|helm list)/;
    const lines = this.programs.lines.filter((line) => !looks.test(line));
    this.programs.calls.length = 0;
    return lines;
  }

  addCluster(cluster: string, markDir: string | null): void {
    const mounts = markDir === null ? [] : [{ Source: markDir, Destination: '/etc/healproof-lab' }];
    for (const suffix of ['control-plane', 'worker', 'worker2', 'worker3']) {
      const role = suffix === 'control-plane' ? suffix : 'worker';
      this.containers.push({
        name: `${cluster}-${suffix}`,
        role,
        cluster,
        running: true,
        paused: false,
        startedAtMs: 0,
        mounts,
      });
    }
  }

  #create({ args, options }: Call) {
    this.duringCreate?.();
    if (options.signal?.aborted === true) throw new AbortedError('stopped: kind', { cause: options.signal.reason });
    if (this.kindFailure !== null) return { exitCode: 1, output: this.kindFailure };
    const cluster = after(args, '--name');
    const config = parse(readFileSync(after(args, '--config'), 'utf8')) as {
      nodes: { extraMounts: { hostPath: string; containerPath: string }[] }[];
    };
    const mark = config.nodes[0]?.extraMounts.find(({ containerPath }) => containerPath === '/etc/healproof-lab');
    this.addCluster(cluster, mark?.hostPath ?? null);
    this.kube = new EagerKube();
    const nodes = this.containers.map(({ name }) => name).filter((name) => !this.absentNodes.has(name));
    this.kube.seed(...nodes.map((name) => nodeObject(name)), workload('Deployment', 'kube-system', 'coredns'));
    this.helmStatus = null;
    return '';
  }

  #installChaosMesh(): string {
    this.kube.seed(workload('Deployment', 'chaos-mesh', 'chaos-controller-manager'));
    this.kube.seed(workload('DaemonSet', 'chaos-mesh', 'chaos-daemon'));
    return this.#setHelm('deployed');
  }

  #setHelm(status: string | null): string {
    this.helmStatus = status;
    return '';
  }

  #ps(args: readonly string[]): string {
    const filter = after(args, '--filter');
    const cluster = filter.split('=')[2];
    const found = this.containers.filter((each) => cluster === undefined || each.cluster === cluster);
    return found.map(({ name }) => `${name}\n`).join('');
  }

  #inspect(id: string) {
    const found = this.containers.find(({ name }) => name === id);
    return {
      Name: `/${id}`,
      Config: { Labels: { 'io.x-k8s.kind.role': found?.role ?? '' } },
      State: {
        Running: found?.running,
        Paused: found?.paused,
        StartedAt: new Date(found?.startedAtMs ?? 0).toISOString(),
      },
      Mounts: found?.mounts ?? [],
      NetworkSettings: {
        Networks: { kind: { IPAddress: '172.18.0.2' } },
        Ports: id.endsWith('worker3') ? ports({ 30990: '40123', 30991: '40124' }) : {},
      },
    };
  }

  #each(names: readonly string[], change: (container: FakeContainer) => unknown): string {
    for (const container of this.containers) if (names.includes(container.name)) change(container);
    return '';
  }

  #removeNodes(names: readonly string[]): string {
    const [cluster] = this.containers.filter(({ name }) => names.includes(name)).map((each) => each.cluster);
    this.#remove(({ name }) => names.includes(name));
    for (; this.lateNodes > 0 && cluster !== undefined; this.lateNodes -= 1) this.addCluster(cluster, null);
    return '';
  }

  #remove(isGone: (container: FakeContainer) => boolean): string {
    this.containers = this.containers.filter((each) => !isGone(each));
    return '';
  }

  #images(): Images {
    const engine = { dockerHost: undefined, isPrivate: false, version: '20.10' };
    return {
      ensureEngine: async ({ signal }) => {
        if (signal.aborted) throw new AbortedError('stopped');
        return engine;
      },
      ensureTools: async () => {
        this.whileGettingTools?.();
        return { kind: 'kind', helm: 'helm', docker: 'docker' };
      },
      ensureImages: async () => ({
        nodeImage: 'healproof/node:1',
        records: this.records,
        missing: [],
        chaosMeshChart: join(ROOT, 'lab/deploy/chaos-mesh'),
        chaosMeshTag: 'v2.8.4',
      }),
      needs: async () => this.needs,
      findEngine: async () => (this.hasEngine ? { ...engine, docker: 'docker' } : null),
      archiveOf: async (names) => {
        this.archives.push([...names]);
        return '/cache/images.tar';
      },
      purge: async () => ['The images are gone.'],
    };
  }

  #host(): Host {
    return {
      availableMemoryBytes: async () => this.host.memoryBytes,
      freeDiskBytes: async () => this.host.diskBytes,
      cpuCount: () => 2,
      isPortFree: async (_address, port) => !this.host.busyPorts.has(port),
      inotify: async () => ({ limit: 1024, used: 1024 - this.host.inotifyLeft }),
      findProgram: async () => null,
      readText: async () => null,
    };
  }
}

function ports(mapped: Readonly<Record<number, string>>): object {
  const entries = Object.entries(mapped);
  return Object.fromEntries(entries.map(([port, HostPort]) => [`${port}/tcp`, [{ HostIp: '127.0.0.1', HostPort }]]));
}

function after(args: readonly string[], flag: string): string {
  return args[args.indexOf(flag) + 1] ?? '';
}
