import type { PodView } from '../../monitors/pod/pod.ts';
import type { Policy } from '../../policy/schema.ts';
import type { LedgerEntry } from './ledger.ts';

/** The workload that would replace an evicted pod. */
export interface WorkloadFacts {
  /** Cooldown and give-up belong to this object, not to the next one of its name. */
  readonly uid: string;
  /** Namespace, kind and name. */
  readonly key: string;
  readonly generation: number;
  readonly desiredReplicas: number;
  /** A sentence while a rollout is under way. */
  readonly rollout: string | undefined;
}

/** Everything a decision rests on, gathered at one moment. */
export interface ActionFacts {
  readonly incident: string;
  readonly policy: Policy;
  /** The target as the watch shows it; undefined when it is gone. */
  readonly target: PodView | undefined;
  /** Undefined when nothing that the healer knows would replace the pod. */
  readonly workload: WorkloadFacts | undefined;
  /** This replica holds the shard of the target's owner. */
  readonly mine: boolean;
  readonly watches: readonly { readonly name: string; readonly ageMs: number }[];
  readonly staleWatchMs: number;
  readonly allowedNamespaces: readonly string[];
  readonly ownNamespace: string;
  /** The target's namespace is opted out; undefined when the namespace is not known. */
  readonly namespaceOptedOut: boolean | undefined;
  /** Pods of the policy that should be there, and how many of them are well beside the target. */
  readonly peers: { readonly total: number; readonly healthyOthers: number };
  readonly actions: readonly LedgerEntry[];
}
