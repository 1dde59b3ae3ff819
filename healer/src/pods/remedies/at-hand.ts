import type { Clock } from '../../clock.ts';
import type { Remedy } from '../../incidents/remedy.ts';
import type { EvictionTarget } from '../../kube/client.ts';
import type { ActionType } from '../../names.ts';
import { deletePod, evictPod, notify } from './pod-remedies.ts';
import { type RestartApi, restartRollout } from './restart-rollout.ts';

export interface RemedyApis {
  readonly evictions: { evictPod(target: EvictionTarget): Promise<void> };
  readonly objects: RestartApi & { deletePod(target: EvictionTarget): Promise<void> };
}

/** The remedies at hand; what a ladder names and is not here is not possible. */
export function remediesAtHand(
  { evictions, objects }: RemedyApis,
  clock: Clock,
  more: readonly Remedy[] = [],
): Map<ActionType, Remedy> {
  const own = [evictPod(evictions, clock), deletePod(objects, clock), restartRollout(objects, clock), notify(clock)];
  return new Map([...own, ...more].map((remedy) => [remedy.type, remedy]));
}
