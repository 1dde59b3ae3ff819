import { PreflightError } from '../../errors.ts';
import type { Host } from '../../ports/host.ts';
import type { FixedPort } from './kind-config.ts';

const GIB = 1024 ** 3;

/** What a lab of this many nodes asks of the machine, beyond its images. Measured: control plane 510 MiB, worker 130 MiB, all else 900 MiB. */
export function labNeeds(nodeCount: number): { readonly memoryBytes: number; readonly diskBytes: number } {
  return { memoryBytes: (1.5 + 0.25 * nodeCount) * GIB, diskBytes: (1 + 0.75 * nodeCount) * GIB };
}

export interface PreflightInput {
  readonly nodeCount: number;
  readonly fixedPorts: readonly FixedPort[];
  /** Folder where the engine keeps containers. */
  readonly dataRoot: string;
}

/** Looks before the first container is made. @throws PreflightError that names everything that is missing. */
export async function preflight(host: Host, input: PreflightInput): Promise<void> {
  const problems: string[] = [];
  const hints: string[] = [];
  const needs = labNeeds(input.nodeCount);
  const memory = await host.availableMemoryBytes();
  if (memory < needs.memoryBytes) {
    problems.push(`the lab needs ${gib(needs.memoryBytes)} of memory, ${gib(memory)} are available`);
    hints.push('Close programs, or use a kind-config.yaml with fewer workers.');
  }
  const disk = await host.freeDiskBytes(input.dataRoot);
  if (disk < needs.diskBytes) {
    problems.push(`the lab needs ${gib(needs.diskBytes)} of disk, ${gib(disk)} are free under ${input.dataRoot}`);
    hints.push('Free some space there: `docker system prune` removes what no container uses.');
  }
  for (const { address, port } of input.fixedPorts) {
    if (await host.isPortFree(address, port)) continue;
    problems.push(`port ${port} of ${address} is in use`);
    hints.push('Stop what listens there, or write hostPort: 0 in kind-config.yaml to let a free one be chosen.');
  }
  if (problems.length > 0) throw new PreflightError(problems.join('; '), { hint: [...new Set(hints)].join(' ') });
}

export function gib(bytes: number): string {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}
