import type { NodeTarget } from '../../../experiment/evidence/evidence.ts';
import type { Witness } from '../../../ports/witness.ts';
import type { Sources } from '../looking/fault-witness.ts';
import { eachNode } from './each-node.ts';
import { leaseSilence, SILENT_AFTER_MS } from './lease.ts';

/** The kubelet has stopped renewing its Lease, and whoever paused the node says so. */
export function silenceWitness(sources: Sources, targets: readonly NodeTarget[]): Witness {
  const silence = leaseSilence(sources.kube);
  return eachNode('node-lease', targets, async ({ name }) => {
    const silentMs = await silence(name);
    if (silentMs === null) return { bitten: null, observation: `node ${name} has no lease` };
    const paused = await isPaused(sources, name);
    const observation = `lease of ${name} not renewed for ${Math.floor(silentMs / 1000)} s, ${paused ? 'paused' : 'not paused'}`;
    return { bitten: silentMs >= SILENT_AFTER_MS && paused, observation };
  });
}

/** The engine's word, or that of the user's own check. */
async function isPaused({ commands, machines }: Sources, node: string): Promise<boolean> {
  if (commands.of('pause') !== null) return commands.stands('pause', node);
  return (await machines.state(node)).paused;
}
