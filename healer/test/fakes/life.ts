import type { PodTarget } from '../../src/cluster/pod.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { IncidentLife, type IncidentLifeParts } from '../../src/incidents/incident-life.ts';
import { IncidentStore } from '../../src/incidents/incident-store.ts';
import { NO_NOTIFICATIONS } from '../../src/notifications/notifier.ts';

type Parts = IncidentLifeParts<Incident<PodTarget>>;

const known = { open: undefined, lastPhase: undefined, nextEpisode: 1 };

/** The life of incidents of pods, in which everything that a test does not name is quiet. */
export function lifeOf(
  parts: Pick<Parts, 'recorder' | 'actionHistory' | 'clock'> & Partial<Parts>,
): IncidentLife<PodTarget> {
  return new IncidentLife<PodTarget>({
    incidents: new IncidentStore(),
    notifier: NO_NOTIFICATIONS,
    shards: { mayActOn: () => true, confirm: async () => true },
    remediations: {
      known: () => known,
      claim: async () => ({ kind: 'held', status: undefined }),
      advance: async () => undefined,
      adopt: () => undefined,
    },
    ...parts,
  });
}
