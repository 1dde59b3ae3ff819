import type { NodeTarget } from '../../../experiment/evidence/evidence.ts';
import type { Kube } from '../../../ports/kube.ts';
import type { NodeShell } from '../../../ports/node-shell.ts';
import type { Witness } from '../../../ports/witness.ts';
import { eachNode } from './each-node.ts';

// The boot id is the kernel's, which a container shares with its host: there the first process tells.
const START = `printf '%s %s' "$(cat /proc/sys/kernel/random/boot_id)" "$(sed 's/.*) //' /proc/1/stat | cut -d' ' -f20)"`;

/** Another boot of the kernel, or another first process, than at the first look; by the kubelet's word where nobody can go and look. */
export function restartWitness(shell: NodeShell, kube: Kube, targets: readonly NodeTarget[]): Witness {
  const first = new Map<string, string>();
  return eachNode('node-start', targets, async ({ name }, signal) => {
    const { start, problem } = await (shell.reaches(name) ? startOf(shell, name, signal) : bootOf(kube, name));
    if (start === null) return { bitten: null, observation: `${name}: ${problem}` };
    const before = first.get(name) ?? start;
    first.set(name, before);
    return { bitten: start !== before, observation: `${name} began at ${start}; before: ${before}` };
  });
}

interface Start {
  readonly start: string | null;
  readonly problem: string;
}

async function startOf(shell: NodeShell, node: string, signal: AbortSignal): Promise<Start> {
  const { stdout, exitCode, stderr } = await shell.run(node, START, signal);
  const start = stdout.trim();
  return { start: exitCode === 0 && /^\S+ \d+$/.test(start) ? start : null, problem: stderr.trim() };
}

async function bootOf(kube: Kube, name: string): Promise<Start> {
  const node = await kube.get({ apiVersion: 'v1', kind: 'Node', name });
  const { nodeInfo } = (node?.status ?? {}) as { readonly nodeInfo?: { readonly bootID?: string } };
  return { start: nodeInfo?.bootID || null, problem: 'no way into it, and its kubelet names no boot' };
}
