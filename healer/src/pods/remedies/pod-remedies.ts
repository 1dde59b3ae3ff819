import type { Clock } from '../../clock.ts';
import type { Remedy, RemedyRequest } from '../../incidents/remedy.ts';
import type { EvictionTarget } from '../../kube/client.ts';
import { send } from './send.ts';

/** Evicts the pod, by its UID, through the eviction API, which asks every PodDisruptionBudget. */
export function evictPod(api: { evictPod(target: EvictionTarget): Promise<void> }, clock: Clock): Remedy {
  return { type: 'EvictPod', apply: (sick) => send(clock, () => api.evictPod(podOf(sick)).then(nothingMore)) };
}

/** Deletes a pod that has ended. Its UID is the precondition: a pod that has ended does not begin again. */
export function deletePod(api: { deletePod(target: EvictionTarget): Promise<void> }, clock: Clock): Remedy {
  return { type: 'DeletePod', apply: (sick) => send(clock, () => api.deletePod(podOf(sick)).then(nothingMore)) };
}

/** Leaves it to people: the record of it is all that is done. */
export function notify(clock: Clock): Remedy {
  return { type: 'Notify', apply: async () => ({ kind: 'accepted', actedAtMs: clock.nowMs() }) };
}

function podOf({ target: { namespace, name, uid } }: RemedyRequest): EvictionTarget {
  return { namespace, name, uid };
}

function nothingMore(): undefined {
  return undefined;
}
