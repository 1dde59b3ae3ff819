import type { PodView } from '../../monitors/pod/pod.ts';
import type { PodCondition } from '../../policy/ladder.ts';
import type { WorkloadFacts } from './facts.ts';
import type { ReplicaSetView } from './workload.ts';

/** Where the fault is thought to be, which says what can treat it. */
export type Cause = 'Replica' | 'Revision' | 'Resources' | 'Outside';

/** The class of the cause, from what is known about the pod's revision. Pure. */
export function causeOf(
  condition: PodCondition,
  pod: PodView,
  workload: WorkloadFacts | undefined,
  replicaSet: ReplicaSetView | undefined,
): Cause {
  switch (condition) {
    case 'ImagePullFailure':
      return isNewest(pod, workload, replicaSet) ? 'Revision' : 'Outside';
    case 'CrashLoop':
    case 'StuckCreating':
      return inRollout(pod, workload, replicaSet) ? 'Revision' : 'Replica';
    case 'OOMLoop':
      return inRollout(pod, workload, replicaSet) ? 'Revision' : 'Resources';
    case 'StuckPending':
    case 'StuckTerminating':
      return 'Outside';
    case 'NotReady':
    case 'SloSick':
    case 'SloAlert':
    case 'FailedLeftover':
      return 'Replica';
    default:
      return condition satisfies never;
  }
}

/** The pod is of the newest revision, and there was one before. */
function isNewest(pod: PodView, workload: WorkloadFacts | undefined, replicaSet: ReplicaSetView | undefined): boolean {
  if (workload === undefined || replicaSet?.uid !== pod.owner?.uid) return false;
  return workload.revision > 1 && replicaSet?.revision === workload.revision;
}

function inRollout(pod: PodView, workload: WorkloadFacts | undefined, replicaSet: ReplicaSetView | undefined): boolean {
  return workload?.rollout !== undefined && isNewest(pod, workload, replicaSet);
}
