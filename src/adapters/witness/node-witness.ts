import { messageOf } from '../../errors.ts';
import type { NodeTarget, PodTarget, WitnessReading } from '../../experiment/evidence/evidence.ts';
import type { Kube } from '../../ports/kube.ts';
import type { NodeShell } from '../../ports/node-shell.ts';
import type { Witness } from '../../ports/witness.ts';

/** A kubelet renews its Lease every ten seconds; one that stands still for longer has nobody who renews it. */
const SILENT_AFTER_MS = 12_000;
const PATIENCE_MS = 30_000;

type Sight = Pick<WitnessReading, 'bitten' | 'observation'>;

/** A witness that looks at each node by itself; what it cannot read is no answer. */
function eachNode(
  name: string,
  targets: readonly NodeTarget[],
  see: (target: NodeTarget, signal: AbortSignal) => Promise<Sight>,
  patienceMs?: number,
): Witness {
  async function read(target: NodeTarget, signal: AbortSignal): Promise<WitnessReading> {
    const plain = { targetUid: target.uid, witness: name, atMs: Date.now() };
    try {
      return { ...plain, ...(await see(target, signal)), atMs: Date.now() };
    } catch (error: unknown) {
      signal.throwIfAborted();
      return { ...plain, bitten: null, observation: messageOf(error) };
    }
  }
  const look = (signal: AbortSignal): Promise<WitnessReading[]> =>
    Promise.all(targets.map((target) => read(target, signal)));
  return { name, look, ...(patienceMs === undefined ? {} : { patienceMs }) };
}

/**
 * The kubelet has stopped renewing its Lease, and whoever paused the node says so. Only our own clock counts, from when the
 * Lease was last seen to change.
 */
export function silenceWitness(
  kube: Kube,
  isPaused: (node: string) => Promise<boolean>,
  targets: readonly NodeTarget[],
  now: () => number = Date.now,
): Witness {
  const seen = new Map<string, { readonly renewTime: string; readonly sinceMs: number }>();
  return eachNode(
    'node-lease',
    targets,
    async ({ name }) => {
      const ref = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: 'kube-node-lease', name };
      const spec = (await kube.get(ref))?.spec as { readonly renewTime?: string } | undefined;
      const renewTime = spec?.renewTime;
      if (renewTime === undefined) return { bitten: null, observation: `node ${name} has no lease` };
      const before = seen.get(name);
      const sinceMs = before?.renewTime === renewTime ? before.sinceMs : now();
      seen.set(name, { renewTime, sinceMs });
      const silentMs = now() - sinceMs;
      const paused = await isPaused(name);
      const observation = `lease of ${name} not renewed for ${Math.floor(silentMs / 1000)} s, ${paused ? 'paused' : 'not paused'}`;
      return { bitten: silentMs >= SILENT_AFTER_MS && paused, observation };
    },
    PATIENCE_MS,
  );
}

// The boot id is the kernel's, which a container shares with its host: there the first process tells.
const START = `printf '%s %s' "$(cat /proc/sys/kernel/random/boot_id)" "$(sed 's/.*) //' /proc/1/stat | cut -d' ' -f20)"`;

/** Another boot of the kernel, or another first process, than at the first look; by the kubelet's word where nobody can go and look. */
export function restartWitness(shell: NodeShell, kube: Kube, targets: readonly NodeTarget[]): Witness {
  const first = new Map<string, string>();
  return eachNode(
    'node-start',
    targets,
    async ({ name }, signal) => {
      const { start, problem } = await (shell.reaches(name) ? startOf(shell, name, signal) : bootOf(kube, name));
      if (start === null) return { bitten: null, observation: `${name}: ${problem}` };
      const before = first.get(name) ?? start;
      first.set(name, before);
      return { bitten: start !== before, observation: `${name} began at ${start}; before: ${before}` };
    },
    PATIENCE_MS,
  );
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

/** The node takes no new pods, and those that were to go have gone. */
export function drainWitness(kube: Kube, targets: readonly NodeTarget[], pods: readonly PodTarget[]): Witness {
  return eachNode(
    'node-drained',
    targets,
    async ({ name }) => {
      const node = await kube.get({ apiVersion: 'v1', kind: 'Node', name });
      if (node === null) return { bitten: null, observation: `there is no node ${name}` };
      const { unschedulable } = (node.spec ?? {}) as { readonly unschedulable?: boolean };
      const left = await Promise.all(pods.filter((pod) => pod.node === name).map((pod) => isStillThere(kube, pod)));
      const count = left.filter(Boolean).length;
      const observation = `${name} is ${unschedulable === true ? '' : 'not '}cordoned, ${count} of ${pods.length} pods are left on it`;
      return { bitten: unschedulable === true && count === 0, observation };
    },
    PATIENCE_MS,
  );
}

async function isStillThere(kube: Kube, { namespace, name, uid }: PodTarget): Promise<boolean> {
  const pod = await kube.get({ apiVersion: 'v1', kind: 'Pod', namespace, name });
  return pod?.metadata.uid === uid && pod.metadata.deletionTimestamp === undefined;
}
