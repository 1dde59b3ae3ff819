import type { Run } from '../../src/adapters/process/command.ts';
import { CommandError } from '../../src/errors.ts';
import type { Engine } from '../../src/ports/images.ts';

const CLUSTER_LABEL = 'io.x-k8s.kind.cluster';
const ROLE_LABEL = 'io.x-k8s.kind.role';

/** One node of a kind cluster as the container engine sees it. */
export interface NodeContainer {
  readonly name: string;
  readonly role: string;
  readonly isRunning: boolean;
  readonly isPaused: boolean;
  /** When it was last started, epoch ms. */
  readonly startedAtMs: number;
  readonly ip: string;
  /** Where a folder of the host is mounted, by path inside. */
  readonly mounts: ReadonlyMap<string, string>;
  /** Port on the host by `port/protocol` inside. */
  readonly ports: ReadonlyMap<string, { readonly address: string; readonly port: number }>;
}

interface Inspection {
  readonly Name: string;
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
  readonly State: { readonly Running: boolean; readonly Paused: boolean; readonly StartedAt: string };
  readonly Mounts: readonly { readonly Source?: string; readonly Destination: string }[];
  readonly NetworkSettings: {
    readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>>;
    readonly Ports: Readonly<Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>>;
  };
}

const QUICK_MS = 30_000;
const SLOW_MS = 120_000;
/** A cluster has few nodes, and each goes once. */
const MOST_LOOKS = 10;

/** The few things that the lab needs of a container engine, through its command line. */
export class Docker {
  readonly program: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly #run: Run;

  constructor(run: Run, program: string, engine: Pick<Engine, 'dockerHost'>) {
    this.#run = run;
    this.program = program;
    this.env = engine.dockerHost === undefined ? {} : { DOCKER_HOST: engine.dockerHost };
  }

  /** Folder of the engine's images and containers; empty where the engine is on another machine. */
  async dataRoot(): Promise<string> {
    return (await this.#call(['info', '--format', '{{.DockerRootDir}}'])).trim();
  }

  /** A node may go between being listed and being looked at; then what is left is listed again. */
  async nodesOf(cluster: string): Promise<NodeContainer[]> {
    for (let looks = 1; ; looks += 1) {
      try {
        return await this.#nodesOf(cluster);
      } catch (error: unknown) {
        if (!isGone(error) || looks === MOST_LOOKS) throw error;
      }
    }
  }

  async #nodesOf(cluster: string): Promise<NodeContainer[]> {
    const ids = await this.#call(['ps', '-aq', '--no-trunc', '--filter', `label=${CLUSTER_LABEL}=${cluster}`]);
    const wanted = ids.split('\n').filter((id) => id !== '');
    if (wanted.length === 0) return [];
    const found = JSON.parse(await this.#call(['inspect', ...wanted])) as Inspection[];
    return found.map(toNode).sort((a, b) => a.name.localeCompare(b.name));
  }

  /** kind lets a node come back only once; scenarios reboot nodes more often than that. */
  async restartAlways(containers: readonly string[]): Promise<void> {
    await this.#call(['update', '--restart=unless-stopped', ...containers]);
  }

  async start(containers: readonly string[]): Promise<void> {
    await this.#call(['start', ...containers], SLOW_MS);
  }

  async unpause(containers: readonly string[]): Promise<void> {
    await this.#call(['unpause', ...containers]);
  }

  /** Whatever is gone already is removed. */
  async remove(containers: readonly string[]): Promise<void> {
    try {
      await this.#call(['rm', '--force', '--volumes', ...containers], SLOW_MS);
    } catch (error: unknown) {
      if (!isGone(error)) throw error;
    }
  }

  /** kind shares one network between all its clusters; it goes with the last of them. */
  async removeKindNetwork(): Promise<void> {
    const others = await this.#call(['ps', '-aq', '--filter', `label=${CLUSTER_LABEL}`]);
    const networks = await this.#call(['network', 'ls', '--format', '{{.Name}}', '--filter', 'name=^kind$']);
    if (others.trim() === '' && networks.trim() === 'kind') await this.#call(['network', 'rm', 'kind']);
  }

  /** Runs a shell script in a container; @throws CommandError when it fails. */
  async shell(container: string, script: string): Promise<string> {
    return this.#call(['exec', container, 'sh', '-c', script]);
  }

  async #call(args: readonly string[], timeoutMs = QUICK_MS): Promise<string> {
    return (await this.#run(this.program, args, { env: this.env, timeoutMs })).stdout;
  }
}

function toNode({ Name, Config, State, Mounts, NetworkSettings }: Inspection): NodeContainer {
  const [network] = Object.values(NetworkSettings.Networks);
  const ports = Object.entries(NetworkSettings.Ports ?? {}).flatMap(([inside, bindings]) =>
    (bindings ?? []).slice(0, 1).map(({ HostIp, HostPort }) => {
      return [inside, { address: HostIp, port: Number(HostPort) }] as const;
    }),
  );
  return {
    name: Name.replace(/^\//, ''),
    role: Config.Labels[ROLE_LABEL] ?? '',
    isRunning: State.Running,
    isPaused: State.Paused,
    startedAtMs: Date.parse(State.StartedAt),
    ip: network?.IPAddress ?? '',
    mounts: new Map(Mounts.map(({ Destination, Source }) => [Destination, Source ?? ''])),
    ports: new Map(ports),
  };
}

/** Every complaint is about a container that is not there, or will not be in a moment. */
function isGone(error: unknown): boolean {
  if (!(error instanceof CommandError) || error.failure.signal !== null) return false;
  const complaints = error.failure.output.split('\n').filter((line) => /error/i.test(line));
  return (
    complaints.length > 0 && complaints.every((line) => /no such (container|object)|already in progress/i.test(line))
  );
}
