/** The workload that a sick pod belongs to. */
export interface RemedyWorkload {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'ReplicaSet';
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Generation of the spec that the decision was made about. */
  readonly generation: number;
}

/** A workload that keeps its earlier revisions. */
export type RevisedWorkload = RemedyWorkload & { readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' };

export function hasRevisions(workload: RemedyWorkload): workload is RevisedWorkload {
  return workload.kind !== 'ReplicaSet';
}

/** The workload that would replace an evicted pod. Cooldown and give-up belong to its UID, not to the next one of its name. */
export interface WorkloadFacts extends RemedyWorkload {
  /** Namespace, kind and name. */
  readonly key: string;
  readonly desiredReplicas: number;
  /** A sentence while a rollout is under way. */
  readonly rollout: string | undefined;
  /** Number of the newest revision; 0 when nobody counts. */
  readonly revision: number;
  /** How many of its pods may be away at once, and whether a pod waits for those of lower ordinals. */
  readonly replaces: 'freely' | 'one at a time' | 'in order';
  /** Of a set that replaces its pods in order, 0 by default. */
  readonly firstOrdinal?: number;
  /** Tool that keeps its spec equal to a repository. */
  readonly keptBy: string | undefined;
}
