import type { NodeTarget } from '../../../experiment/evidence/evidence.ts';
import type { Witness } from '../../../ports/witness.ts';
import type { Sources } from '../looking/fault-witness.ts';
import { eachNode } from './each-node.ts';
import { leaseSilence, SILENT_AFTER_MS } from './lease.ts';

// A pod whose kubelet is gone still has processes; both cgroup drivers put its UID into their path.
const LOOK = `
state=$(systemctl show --property=ActiveState --value kubelet)
if (exec 3<>/dev/tcp/127.0.0.1/10248) 2>/dev/null; then health=answers; else health=silent; fi
pods=$(grep -ohE 'pod[0-9a-f]{8}[-_][0-9a-f_-]{27}' /proc/[0-9]*/cgroup 2>/dev/null | sort -u | wc -l)
printf '%s %s %s' "$state" "$health" "$pods"`;

interface Sight {
  /** Null where it could not be seen. */
  readonly stopped: boolean | null;
  readonly words: string;
}

/**
 * The kubelet is stopped, seen from inside the node, and no longer renews the Lease, while pods run on: so it is neither the
 * node that stands still nor the network that is gone. Where nobody can enter the node the user's own check tells.
 */
export function stoppedKubeletWitness(sources: Sources, targets: readonly NodeTarget[]): Witness {
  const silence = leaseSilence(sources.kube);
  return eachNode('kubelet-stopped', targets, async ({ name }, signal) => {
    const silentMs = await silence(name);
    if (silentMs === null) return { bitten: null, observation: `node ${name} has no lease` };
    const { stopped, words } = await (sources.shell.reaches(name)
      ? inside(sources, name, signal)
      : byCheck(sources, name));
    const observation = `lease of ${name} not renewed for ${Math.floor(silentMs / 1000)} s; ${words}`;
    return { bitten: stopped === null ? null : stopped && silentMs >= SILENT_AFTER_MS, observation };
  });
}

async function inside({ shell }: Sources, node: string, signal: AbortSignal): Promise<Sight> {
  const { stdout, stderr } = await shell.run(node, LOOK, signal);
  const [, state, health, pods] = /^(\w+) (answers|silent) (\d+)$/.exec(stdout.trim()) ?? [];
  if (state === undefined) return { stopped: null, words: `its kubelet could not be looked at: ${stderr.trim()}` };
  const words = `its kubelet is ${state}, the health port ${health}, ${pods} pods have processes`;
  const isDown = (state === 'inactive' || state === 'failed') && health === 'silent';
  return { stopped: isDown && Number(pods) > 0, words };
}

async function byCheck({ commands }: Sources, node: string): Promise<Sight> {
  if (commands.of('stopKubelet') === null) return { stopped: null, words: 'there is no way in, and no check' };
  const stopped = await commands.stands('stopKubelet', node);
  return { stopped, words: `its check says that the kubelet is ${stopped ? 'stopped' : 'running'}` };
}
