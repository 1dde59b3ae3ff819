import type { ChaosWitness } from './chaos-witness.ts';
import { containerWasRestarted, imageWasSwapped, podIsGone, podWitness } from './pod-witness.ts';

export const podChaosWitness: ChaosWitness = ({ kube }, { spec, targets }) => {
  switch (spec.action) {
    case 'pod-kill':
      return podWitness(kube, 'pod-uid', targets, podIsGone);
    case 'pod-failure':
      return podWitness(kube, 'container-image', targets, imageWasSwapped);
    case 'container-kill':
      return podWitness(kube, 'restart-count', targets, containerWasRestarted);
    default:
      return null;
  }
};
