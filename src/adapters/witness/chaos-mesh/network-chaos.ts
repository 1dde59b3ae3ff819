import type { ChaosSpec } from '../../../scenario/faults/chaos-mesh/spec/chaos-kind.ts';
import type { ChaosWitness } from './chaos-witness.ts';
import { partitionWitness, qdiscWitness } from './network-witness.ts';

const NETEM_ACTIONS = ['netem', 'delay', 'loss', 'duplicate', 'corrupt', 'reorder'];

export const networkChaosWitness: ChaosWitness = ({ shell }, { spec, targets, peers }) => {
  const action = String(spec.action);
  if (action === 'partition')
    return isSilent(spec) && peers.length > 0 ? partitionWitness(shell, targets, peers) : null;
  const discipline = NETEM_ACTIONS.includes(action) ? 'netem' : action === 'bandwidth' ? 'tbf' : null;
  if (discipline === null) return null;
  // What is to come slowly from the peers is held back where it leaves, in the peers.
  return qdiscWitness(shell, targets, discipline, spec.direction === 'from' ? peers : targets);
};

/** One that rejects answers like a pod that can be reached. */
function isSilent({ partitionBehavior }: ChaosSpec): boolean {
  return partitionBehavior !== 'reject';
}
