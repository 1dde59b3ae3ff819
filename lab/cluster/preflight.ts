import { agreeing, counted } from '../../src/counted.ts';
import { NoRoomError } from '../../src/errors.ts';
import type { Host } from '../../src/ports/host.ts';
import type { FixedPort } from './kind-config.ts';

const GIB = 1024 ** 3;

/** What a lab of this many nodes asks of the machine, beyond its images. Measured: control plane 510 MiB, worker 130 MiB, all else 900 MiB. */
export function labNeeds(nodeCount: number): { readonly memoryBytes: number; readonly diskBytes: number } {
  return { memoryBytes: (1.5 + 0.25 * nodeCount) * GIB, diskBytes: (1 + 0.75 * nodeCount) * GIB };
}

/** Measured: 14 a node, 14 more for the control plane. Past the limit kubelets fail with "too many open files". */
export function inotifyNeeds(nodeCount: number): number {
  return 15 * nodeCount + 16;
}

export interface PreflightInput {
  readonly nodeCount: number;
  readonly fixedPorts: readonly FixedPort[];
  /** Folder where the engine keeps containers. */
  readonly dataRoot: string;
}

interface Problem {
  readonly problem: string;
  readonly hint: string;
}

/** Looks before the first container is made. @throws NoRoomError that names everything that is missing. */
export async function preflight(host: Host, input: PreflightInput): Promise<void> {
  const found = await Promise.all([
    memoryProblem(host, input),
    diskProblem(host, input),
    inotifyProblem(host, input),
    ...input.fixedPorts.map((fixed) => portProblem(host, fixed)),
  ]);
  const problems = found.filter((each) => each !== null);
  if (problems.length === 0) return;
  const hint = [...new Set(problems.map((each) => each.hint))].join(' ');
  throw new NoRoomError(problems.map((each) => each.problem).join('; '), { hint });
}

async function memoryProblem(host: Host, { nodeCount }: PreflightInput): Promise<Problem | null> {
  const { memoryBytes } = labNeeds(nodeCount);
  const available = await host.availableMemoryBytes();
  if (available >= memoryBytes) return null;
  return {
    problem: `${nodes(nodeCount)} needs ${gib(memoryBytes)} of memory, ${gib(available)} are available`,
    hint: 'Close programs, or use a kind-config.yaml with fewer workers.',
  };
}

async function diskProblem(host: Host, { nodeCount, dataRoot }: PreflightInput): Promise<Problem | null> {
  const { diskBytes } = labNeeds(nodeCount);
  const free = await host.freeDiskBytes(dataRoot);
  if (free >= diskBytes) return null;
  return {
    problem: `${nodes(nodeCount)} needs ${gib(diskBytes)} of disk, ${gib(free)} are free under ${dataRoot}`,
    hint: 'Free some space there: `docker system prune` removes what no container uses.',
  };
}

async function inotifyProblem(host: Host, { nodeCount }: PreflightInput): Promise<Problem | null> {
  const inotify = await host.inotify();
  const needed = inotifyNeeds(nodeCount);
  if (inotify === null || inotify.limit - inotify.used >= needed) return null;
  const { limit, used } = inotify;
  return {
    problem: `${nodes(nodeCount)} needs ${needed} inotify instances, ${limit - used} of ${limit} ${agreeing(limit - used, 'is', 'are')} left`,
    hint: 'Remove other kind clusters, or raise the limit: sysctl fs.inotify.max_user_instances=512',
  };
}

async function portProblem(host: Host, { address, port }: FixedPort): Promise<Problem | null> {
  if (await host.isPortFree(address, port)) return null;
  return {
    problem: `port ${port} of ${address} is in use`,
    hint: 'Stop what listens there, or write hostPort: 0 in kind-config.yaml to let a free one be chosen.',
  };
}

function nodes(count: number): string {
  return `a cluster of ${counted(count, 'node')}`;
}

export function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
