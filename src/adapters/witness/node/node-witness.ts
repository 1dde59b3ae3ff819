import type { NodeTarget, PodTarget } from '../../../experiment/evidence/evidence.ts';
import type { Witness } from '../../../ports/witness.ts';
import type { NodeAction, NodeFault } from '../../../scenario/model/fault.ts';
import type { FaultWitness, Sources } from '../looking/fault-witness.ts';
import { drainWitness } from './drain.ts';
import { silenceWitness } from './pause.ts';
import { restartWitness } from './restart.ts';
import { stoppedKubeletWitness } from './stop-kubelet.ts';

type NodeWitness = (sources: Sources, nodes: readonly NodeTarget[], pods: readonly PodTarget[]) => Witness;

const anotherStart: NodeWitness = ({ shell, kube }, nodes) => restartWitness(shell, kube, nodes);

/** What proves each thing that can be done to a node. */
const WITNESSES: Readonly<Record<NodeAction, NodeWitness>> = {
  pause: silenceWitness,
  restart: anotherStart,
  reboot: anotherStart,
  drain: ({ kube }, nodes, pods) => drainWitness(kube, nodes, pods),
  stopKubelet: stoppedKubeletWitness,
};

export const nodeWitness: FaultWitness<NodeFault> = {
  of(sources, { fault, targets, touched }) {
    const nodes = targets.filter((target) => target.kind === 'Node');
    return WITNESSES[fault.action](sources, nodes, touched);
  },
};
