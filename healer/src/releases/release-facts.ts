import type { SurroundingsReader } from '../guards/surroundings.ts';
import type { ActionHistory } from '../remediations/action-history.ts';
import type { ShardOwnership } from '../shards/ownership.ts';
import type { ReleaseMonitor } from './condition/observe.ts';
import type { ReleasePolicy } from './condition/release-policy.ts';
import { isAbout } from './condition/release-policy.ts';
import type { ReleasePlan } from './decide-release.ts';
import type { ReleaseFacts } from './release-guards.ts';
import type { ReleaseIncident } from './release-target.ts';
import type { ReleaseWatches } from './release-watches.ts';
import type { ReleaseRevision } from './secrets/release.ts';
import { releaseKey } from './secrets/release.ts';

/** What was found wrong with a release, and what is meant to be done about it. */
export interface ReleaseDiagnosis {
  readonly incident: ReleaseIncident;
  readonly latest: ReleaseRevision;
  readonly policy: ReleasePolicy;
  readonly plan: ReleasePlan;
}

/** Gathers everything that may speak against acting on a release, as it is now. */
export class ReleaseFactsReader {
  readonly #monitor: ReleaseMonitor;
  readonly #watches: Pick<ReleaseWatches, 'agesFor'>;
  readonly #surroundings: SurroundingsReader;
  readonly #actionHistory: ActionHistory;
  readonly #shards: Pick<ShardOwnership, 'mayActOn'>;

  constructor(
    monitor: ReleaseMonitor,
    watches: Pick<ReleaseWatches, 'agesFor'>,
    surroundings: SurroundingsReader,
    actionHistory: ActionHistory,
    shards: Pick<ShardOwnership, 'mayActOn'>,
  ) {
    this.#monitor = monitor;
    this.#watches = watches;
    this.#surroundings = surroundings;
    this.#actionHistory = actionHistory;
    this.#shards = shards;
  }

  of(
    { incident, latest, policy }: Omit<ReleaseDiagnosis, 'plan'>,
    action: ReleaseFacts['step']['action'],
  ): ReleaseFacts {
    const rollbacks = this.#monitor
      .revisions()
      .filter((revision) => revision.rollback && isAbout(policy, revision))
      .map((revision) => ({ key: releaseKey(revision), atMs: revision.createdAtMs }));
    return {
      ...this.#surroundings.of(latest.namespace, policy),
      watches: this.#watches.agesFor(latest.namespace),
      incident: incident.id,
      policy,
      step: { action },
      latest,
      mine: this.#shards.mayActOn(incident.owner),
      rollbacks,
      actions: this.#actionHistory.entries(),
    };
  }
}
