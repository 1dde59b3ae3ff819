import { randomUUID } from 'node:crypto';
import type { WatchHealth } from '../cluster/watch-health.ts';
import { HEALER } from '../names.ts';
import type { PoliciesListener } from '../policies/policies-in-force.ts';
import type { HistoryNotes } from '../remediations/history-notes.ts';
import { Shards } from '../shards/shards.ts';
import type { HealerParts } from './healer-parts.ts';

/** This replica's part in sharing out the shards; a shard that it gets is looked at from the beginning. */
export function createShards(
  { api, config, clock, log }: HealerParts,
  notes: HistoryNotes,
  watches: WatchHealth,
  listener: Pick<PoliciesListener, 'changed'>,
): Shards {
  return new Shards({
    ...config.lease,
    folder: api.leaseFolder(config.ownNamespace),
    prefix: HEALER.lease,
    count: config.shards,
    identity: `${config.podName}_${randomUUID()}`,
    clock,
    notes,
    fit: () => watches.stale() === undefined,
    onChange: (shard, holds, why) => {
      log.info({ shard, holds }, holds ? `acts on shard ${shard}: ${why}` : `leaves shard ${shard} alone: ${why}`);
      if (holds) listener.changed();
    },
    onTrouble: (message) => log.warn(message),
  });
}
