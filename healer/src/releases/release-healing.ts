import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { ClusterCache } from '../cluster/cluster-cache.ts';
import type { SurroundingsReader } from '../guards/surroundings.ts';
import type { IncidentLife } from '../incidents/incident-life.ts';
import type { IncidentStore } from '../incidents/incident-store.ts';
import type { KubeClient } from '../kube/client.ts';
import type { ActionHistory } from '../remediations/action-history.ts';
import type { RemediationOwnership } from '../remediations/remediation-ownership.ts';
import type { ShardOwnership } from '../shards/ownership.ts';
import { ReleaseMonitor } from './condition/observe.ts';
import type { ReleasePolicies } from './condition/release-policy.ts';
import type { HelmCommand } from './helm-command.ts';
import type { LastKnownGood } from './last-known-good.ts';
import type { LastKnownGoodWatch } from './last-known-good-watch.ts';
import { ReleaseAdoption } from './release-adoption.ts';
import { ReleaseController } from './release-controller.ts';
import { ReleaseFactsReader } from './release-facts.ts';
import type { ReleaseIncident, ReleaseTarget } from './release-target.ts';
import { ReleaseWatches } from './release-watches.ts';
import type { UnreadableReleases } from './unreadable-releases.ts';

export interface ReleaseHealingParts {
  readonly api: KubeClient;
  readonly helm: Pick<HelmCommand, 'rollback' | 'uninstall'>;
  readonly cluster: ClusterCache;
  readonly policies: ReleasePolicies;
  readonly surroundings: SurroundingsReader;
  readonly actionHistory: ActionHistory;
  readonly incidents: IncidentStore<ReleaseIncident>;
  readonly life: IncidentLife<ReleaseTarget>;
  readonly remediations: RemediationOwnership;
  readonly shards: ShardOwnership;
  readonly lastKnownGood: LastKnownGood;
  readonly lastKnownGoodWatch: LastKnownGoodWatch;
  readonly unreadable: UnreadableReleases;
  readonly clock: Clock;
  readonly log: Logger;
  readonly watchTimeoutSeconds: number;
  /** How long content must be whole before it counts as good, milliseconds. */
  readonly goodAfterMs: number;
}

/** What looks after Helm releases: judges them, treats the sick, watches over what was done, goes on with what others left. */
export class ReleaseHealing {
  readonly #parts: ReleaseHealingParts;
  readonly #watches: ReleaseWatches;
  readonly #monitor: ReleaseMonitor;
  readonly #controller: ReleaseController;

  constructor(parts: ReleaseHealingParts) {
    this.#parts = parts;
    const { cluster, surroundings, actionHistory, shards, lastKnownGoodWatch, api, watchTimeoutSeconds } = parts;
    const { allowedNamespaces, staleWatchMs } = surroundings.limits;
    this.#watches = new ReleaseWatches({
      ...parts,
      sources: api.watches,
      namespaces: allowedNamespaces,
      others: [cluster, lastKnownGoodWatch],
      timeoutSeconds: watchTimeoutSeconds,
    });
    this.#monitor = new ReleaseMonitor(this.#watches.seen, cluster);
    const adoption = new ReleaseAdoption({ ...parts, watches: this.#watches, staleWatchMs });
    const facts = new ReleaseFactsReader(this.#monitor, this.#watches, surroundings, actionHistory, shards);
    this.#controller = new ReleaseController({ ...parts, monitor: this.#monitor, adoption, facts });
  }

  get queueDepth(): number {
    return this.#controller.queueDepth;
  }

  lookAtAll(): void {
    this.#controller.lookAtAll();
  }

  takeOver(): void {
    this.#controller.takeOver();
  }

  async run(signal: AbortSignal): Promise<void> {
    const { cluster, lastKnownGoodWatch } = this.#parts;
    this.#watches.seen.onChange(({ current, previous }) => {
      const key = current?.key ?? previous?.key;
      if (key !== undefined) this.#controller.lookAt(key);
    });
    cluster.onRolloutChange((key) => {
      for (const release of this.#monitor.owning(key)) this.#controller.lookAt(release);
    });
    lastKnownGoodWatch.store.onChange(() => this.lookAtAll());
    await this.#watches.run(signal);
  }

  stop(): Promise<void> {
    return this.#controller.stop();
  }
}
