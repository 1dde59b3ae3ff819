import type { ChaosWitness } from './chaos-witness.ts';
import { partitionWitness, qdiscWitness } from './network-witness.ts';

const NETEM_ACTIONS = ['netem', 'delay', 'loss', 'duplicate', 'corrupt', 'reorder'];

export const networkChaosWitness: ChaosWitness = ({ shell }, { spec, targets, peers }) => {
  const action = String(spec.action);
  if (action === 'partition') return peers.length === 0 ? null : partitionWitness(shell, targets, peers);
  if (NETEM_ACTIONS.includes(action)) return qdiscWitness(shell, targets, 'netem');
  return action === 'bandwidth' ? qdiscWitness(shell, targets, 'tbf') : null;
};
