import { AlertStore } from '../alerts/alert-store.ts';
import { BlockingAlerts } from '../alerts/blocking.ts';
import type { Config } from '../config/config.ts';
import { StormWatch } from '../guards/storm-watch.ts';
import { type HealerLimits, SurroundingsReader } from '../guards/surroundings.ts';
import { PoliciesInForce, type PoliciesListener } from '../policies/policies-in-force.ts';
import type { Shards } from '../shards/shards.ts';
import type { HealerParts } from './healer-parts.ts';
import type { Observation } from './observation.ts';
import type { Records } from './records.ts';

/** What decides when to act and when not to: policies, alerts, limits, storms. */
export class Rules {
  readonly alerts: AlertStore;
  readonly storm: StormWatch;
  readonly policies: PoliciesInForce;
  readonly surroundings: SurroundingsReader;

  constructor(
    parts: HealerParts,
    { cluster, watches }: Observation,
    { eventRecorder }: Records,
    shards: Shards,
    listener: PoliciesListener,
  ) {
    const { config, api, clock, query } = parts;
    this.alerts = new AlertStore({ ...config.alertAges, clock, onChange: () => listener.changed() });
    this.storm = new StormWatch({ ...config.storm, clock });
    const blocking = new BlockingAlerts({ query, clock, staleAfterMs: config.dataStaleAfterMs });
    const objects = api.objects();
    this.policies = new PoliciesInForce(
      { ...parts, objects, cluster, blocking, eventRecorder, shards, watches },
      listener,
    );
    this.surroundings = new SurroundingsReader(limitsOf(config), cluster, this.storm, blocking);
  }
}

/** What bounds every action, of whatever kind. */
function limitsOf({ watchStaleAfterMs: staleWatchMs, allowedNamespaces, ownNamespace, buckets }: Config): HealerLimits {
  return { staleWatchMs, allowedNamespaces, ownNamespace, buckets };
}
