import { ClusterCache, sourcesOf } from '../cluster/cluster-cache.ts';
import { WatchHealth } from '../cluster/watch-health.ts';
import { LastKnownGood } from '../releases/last-known-good.ts';
import { LastKnownGoodWatch } from '../releases/last-known-good-watch.ts';
import type { HealerParts } from './healer-parts.ts';

/** What a replica sees of the cluster, and whether it may rely on it. */
export class Observation {
  readonly cluster: ClusterCache;
  readonly lastKnownGood: LastKnownGood;
  readonly lastKnownGoodWatch: LastKnownGoodWatch;
  readonly watches: WatchHealth;

  constructor({ config, api, clock, log }: HealerParts) {
    const { watchTimeoutSeconds: timeoutSeconds, watchStaleAfterMs, ownNamespace } = config;
    this.cluster = new ClusterCache(sourcesOf(api.watches), { clock, timeoutSeconds, log });
    this.lastKnownGood = new LastKnownGood(api, ownNamespace);
    const watched = { sources: api.watches, ownNamespace, lastKnownGood: this.lastKnownGood };
    this.lastKnownGoodWatch = new LastKnownGoodWatch({ ...watched, clock, log, timeoutSeconds });
    this.watches = new WatchHealth([this.cluster, this.lastKnownGoodWatch], watchStaleAfterMs);
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.cluster.run(signal), this.lastKnownGoodWatch.run(signal)]);
  }
}
