import type { Clock } from '../../clock.ts';
import type { ClusterCache } from '../../cluster/cluster-cache.ts';
import type { Remedy } from '../../incidents/remedy.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { ActionType } from '../../names.ts';
import type { HelmCommand } from '../../releases/helm-command.ts';
import type { LastKnownGood } from '../../releases/last-known-good.ts';
import type { ShardOwnership } from '../../shards/ownership.ts';
import { deletePod, evictPod, notify } from './pod-remedies.ts';
import { restartRollout } from './restart-rollout.ts';
import { RollbackRelease } from './rollback-release.ts';
import { RollbackWorkload } from './rollback-workload.ts';

export interface RemedyParts {
  readonly api: KubeClient;
  /** Without it Helm releases are left alone. */
  readonly helm: Pick<HelmCommand, 'rollback' | 'uninstall'> | undefined;
  readonly clock: Clock;
  readonly shards: ShardOwnership;
  readonly cluster: Pick<ClusterCache, 'podsIn'>;
  readonly lastKnownGood: Pick<LastKnownGood, 'isKnownGood'>;
  /** Namespaces whose releases the healer may touch. */
  readonly allowedNamespaces: readonly string[];
}

/** The same revision is rolled back this often, then it is left to people. */
const GIVE_UP_AFTER = 3;

/** The remedies at hand; what a ladder names and is not here is not possible. */
export function remediesAtHand(parts: RemedyParts, more: readonly Remedy[] = []): Map<ActionType, Remedy> {
  const { api, helm, clock } = parts;
  const objects = api.objects();
  const rules = { uninstallPendingInstall: false, giveUpAfter: GIVE_UP_AFTER };
  const remedies = [
    evictPod(api, clock),
    deletePod(objects, clock),
    restartRollout(objects, clock),
    notify(clock),
    ...(helm === undefined ? [] : [new RollbackRelease({ ...parts, helm, rules })]),
    new RollbackWorkload({ ...parts, giveUpAfter: GIVE_UP_AFTER }),
    ...more,
  ];
  return new Map(remedies.map((remedy) => [remedy.type, remedy]));
}
