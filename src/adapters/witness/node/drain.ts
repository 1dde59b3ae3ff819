import type { NodeTarget, PodTarget } from '../../../experiment/evidence/evidence.ts';
import type { Kube } from '../../../ports/kube.ts';
import type { Witness } from '../../../ports/witness.ts';
import { eachNode } from './each-node.ts';

/** The node takes no new pods, and those that were to go have gone. */
export function drainWitness(kube: Kube, targets: readonly NodeTarget[], pods: readonly PodTarget[]): Witness {
  return eachNode('node-drained', targets, async ({ name }) => {
    const node = await kube.get({ apiVersion: 'v1', kind: 'Node', name });
    if (node === null) return { bitten: null, observation: `there is no node ${name}` };
    const { unschedulable } = (node.spec ?? {}) as { readonly unschedulable?: boolean };
    const left = await Promise.all(pods.filter((pod) => pod.node === name).map((pod) => isStillThere(kube, pod)));
    const count = left.filter(Boolean).length;
    const observation = `${name} is ${unschedulable === true ? '' : 'not '}cordoned, ${count} of ${pods.length} pods are left on it`;
    return { bitten: unschedulable === true && count === 0, observation };
  });
}

async function isStillThere(kube: Kube, { namespace, name, uid }: PodTarget): Promise<boolean> {
  const pod = await kube.get({ apiVersion: 'v1', kind: 'Pod', namespace, name });
  return pod?.metadata.uid === uid && pod.metadata.deletionTimestamp === undefined;
}
