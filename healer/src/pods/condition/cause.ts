import type { WorkloadFacts } from '../../cluster/workload-facts.ts';
import type { PodCondition } from '../../policy/ladder.ts';

/** Where the fault is thought to be, which says what can treat it. */
export type Cause = 'Replica' | 'Revision' | 'Resources' | 'Outside';

/** The class of the cause. `isNewest`: the pod is of the newest revision, and there was one before. Pure. */
export function causeOf(
  condition: PodCondition,
  workload: Pick<WorkloadFacts, 'rollout'> | undefined,
  isNewest: boolean,
): Cause {
  const inRollout = isNewest && workload?.rollout !== undefined;
  switch (condition) {
    case 'ImagePullFailure':
      return isNewest ? 'Revision' : 'Outside';
    case 'CrashLoop':
    case 'StuckCreating':
      return inRollout ? 'Revision' : 'Replica';
    case 'OOMLoop':
      return inRollout ? 'Revision' : 'Resources';
    case 'StuckPending':
    case 'StuckTerminating':
      return 'Outside';
    case 'NotReady':
    case 'SLOViolation':
    case 'SLOAlert':
    case 'FailedPod':
      return 'Replica';
    default:
      return condition satisfies never;
  }
}
