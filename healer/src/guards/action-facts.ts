import type { NodeView } from '../cluster/node.ts';
import type { PodView } from '../cluster/pod.ts';
import type { WorkloadFacts } from '../cluster/workload-facts.ts';
import type { ConditionType } from '../names.ts';
import type { LadderStep } from '../policy/ladder.ts';
import type { Policy } from '../policy/schema.ts';
import type { PastAction } from '../remediations/action-history.ts';
import type { Surroundings } from './surroundings.ts';

/** Everything a decision rests on, gathered at one moment. */
export interface ActionFacts extends Surroundings {
  readonly incident: string;
  readonly policy: Policy;
  readonly condition: ConditionType;
  /** What is to be done, if nothing speaks against it. */
  readonly step: LadderStep;
  /** Why no step of the ladder is left; `step` is its last one then. */
  readonly exhausted: string | undefined;
  /** The target as the watch shows it; undefined when it is gone. */
  readonly target: PodView | undefined;
  /** Undefined when nothing that the healer knows would replace the pod. */
  readonly workload: WorkloadFacts | undefined;
  /** The other pods of the workload, as the watch shows them. */
  readonly siblings: readonly PodView[];
  /** This replica holds the shard of the target's owner. */
  readonly mine: boolean;
  /** The target's node; undefined when it has none or nothing is known about it. */
  readonly node: NodeView | undefined;
  /** Pods of the policy that should be there, and how many of them are well beside the target. */
  readonly peers: { readonly total: number; readonly healthyOthers: number };
  readonly actions: readonly PastAction[];
}
