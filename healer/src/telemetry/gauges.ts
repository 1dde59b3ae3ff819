import type { HealerMetrics } from './metrics.ts';

/** What is only read when somebody asks for it. */
export interface Readings {
  readonly watches: readonly { readonly name: string; readonly ageMs: number }[];
  readonly queueDepth: number;
  readonly notificationQueueDepth: number;
  readonly shards: number;
  readonly heldShards: readonly number[];
  readonly policies: number;
  readonly isStormy: boolean;
  readonly openIncidents: readonly { readonly policy: string; readonly condition: string }[];
}

/** Brings gauges up to date. */
export function setGauges(metrics: HealerMetrics, readings: Readings): void {
  for (const { name, ageMs } of readings.watches) {
    if (Number.isFinite(ageMs)) metrics.watchAgeSeconds.set({ watch: name }, ageMs / 1000);
  }
  metrics.queueDepth.set(readings.queueDepth);
  metrics.notificationQueueDepth.set(readings.notificationQueueDepth);
  metrics.shards.set(readings.shards);
  metrics.shardHeld.reset();
  for (const shard of readings.heldShards) metrics.shardHeld.set({ shard: String(shard) }, 1);
  metrics.policies.set(readings.policies);
  metrics.storm.set(readings.isStormy ? 1 : 0);
  metrics.openIncidents.reset();
  for (const { policy, condition } of readings.openIncidents) metrics.openIncidents.inc({ policy, condition });
}
