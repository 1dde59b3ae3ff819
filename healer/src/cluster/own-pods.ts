import type { V1DaemonSet, V1StatefulSet } from '@kubernetes/client-node';
import type { PodView } from './pod.ts';
import { type RolloutView, rolloutOfDaemonSet, rolloutOfStatefulSet } from './rollout.ts';
import { basicFacts, NOT_TAKEN_UP, type WorkloadView } from './workload.ts';
import type { WorkloadFacts } from './workload-facts.ts';

/** A set that replaces its pods in order waits for each to be Ready before it makes the next one. */
export function viewStatefulSet(set: V1StatefulSet): WorkloadView {
  const { metadata, spec, status } = set;
  const onDelete = spec?.updateStrategy?.type === 'OnDelete';
  const replaces = spec?.podManagementPolicy === 'Parallel' ? 'one at a time' : 'in order';
  const firstOrdinal = spec?.ordinals?.start ?? 0;
  const own = { revision: 0, replaces, firstOrdinal } as const;
  const facts = { ...basicFacts('StatefulSet', metadata, spec?.replicas ?? 1), ...own };
  return {
    uid: facts.uid,
    rollout: rolloutOfStatefulSet(set),
    facts: { ...facts, rollout: describeSetRollout(set) },
    onDelete,
    hasOlder: status?.currentRevision !== status?.updateRevision,
  };
}

/** A node's pod is made anew on the same node. */
export function viewDaemonSet(set: V1DaemonSet): WorkloadView {
  const { metadata, spec, status } = set;
  const rollout = rolloutOfDaemonSet(set);
  const onDelete = spec?.updateStrategy?.type === 'OnDelete';
  const facts = basicFacts('DaemonSet', metadata, status?.desiredNumberScheduled ?? 0);
  const own = { revision: Number(rollout.newest?.value ?? 0), replaces: 'one at a time' } as const;
  const { observed, updated, desired } = rollout;
  const behind = `${updated} of ${desired} nodes have a pod of the newest revision`;
  const under = !onDelete && updated < desired ? behind : undefined;
  return {
    uid: facts.uid,
    rollout,
    facts: { ...facts, ...own, rollout: observed ? under : NOT_TAKEN_UP },
    onDelete,
    hasOlder: own.revision > 1,
  };
}

/** The same workload seen from one of its pods: what is updated by hand must not be updated by an eviction. Pure. */
export function seenFrom(
  { facts, onDelete, rollout }: WorkloadView,
  { labels }: Pick<PodView, 'labels'>,
): WorkloadFacts {
  if (facts.rollout !== undefined || onDelete !== true || isNewest(rollout, labels)) return facts;
  return {
    ...facts,
    rollout: 'it is updated only when its pods are deleted (OnDelete), and this one is of an older revision',
  };
}

/** Whether a pod carries the mark of the newest revision; false when nobody knows which one that is. */
export function isNewest(rollout: RolloutView | undefined, labels: Readonly<Record<string, string>>): boolean {
  const newest = rollout?.newest;
  return newest !== undefined && labels[newest.label] === newest.value;
}

/** A sentence while a rollout is under way. Above its partition a set is updated, below it nothing changes. */
function describeSetRollout({ metadata, spec, status }: V1StatefulSet): string | undefined {
  const { observedGeneration = 0, currentRevision, updateRevision, updatedReplicas = 0 } = status ?? {};
  if (observedGeneration < (metadata?.generation ?? 0)) return NOT_TAKEN_UP;
  const { type, rollingUpdate } = spec?.updateStrategy ?? {};
  if (type === 'OnDelete' || currentRevision === updateRevision) return undefined;
  const partition = rollingUpdate?.partition ?? 0;
  const wanted = Math.max(0, (spec?.replicas ?? 1) - partition);
  const progress = `${updatedReplicas} of ${wanted} pods are of the newest revision`;
  return partition === 0 || updatedReplicas < wanted ? progress : undefined;
}
