import type { Clock } from '../clock.ts';
import type { ClusterCache } from '../cluster/cluster-cache.ts';
import { adoptedIncident } from '../incidents/adopted-incident.ts';
import { mayHaveActed } from '../incidents/incident.ts';
import type { IncidentLife } from '../incidents/incident-life.ts';
import { RELEASE_CONDITIONS } from '../policy/helm-conditions.ts';
import { type LeftBehind, leftBehind } from '../remediations/left-behind.ts';
import type { RemediationOwnership } from '../remediations/remediation-ownership.ts';
import type { ShardOwnership } from '../shards/ownership.ts';
import { type ReleaseIncident, type ReleaseTarget, recallRelease } from './release-target.ts';
import type { ReleaseWatches } from './release-watches.ts';

export interface ReleaseAdoptionParts {
  readonly cluster: Pick<ClusterCache, 'remediations'>;
  readonly remediations: Pick<RemediationOwnership, 'knows'>;
  readonly life: IncidentLife<ReleaseTarget>;
  readonly watches: Pick<ReleaseWatches, 'agesFor'>;
  readonly staleWatchMs: number;
  readonly clock: Clock;
  readonly shards: Pick<ShardOwnership, 'mayActOn'>;
}

interface Orphan {
  readonly left: LeftBehind;
  readonly incident: ReleaseIncident;
}

/** Goes on with incidents of releases that a holder left unfinished which is no more, so that none is lost. */
export class ReleaseAdoption {
  readonly #parts: ReleaseAdoptionParts;

  constructor(parts: ReleaseAdoptionParts) {
    this.#parts = parts;
  }

  /** Releases about which something was left behind that is this replica's now. */
  keys(): Set<string> {
    return new Set(this.#orphans().map(({ incident }) => incident.key));
  }

  /**
   * The incident of a release that goes on: the newest of those that were left behind, unless `present` is newer and
   * this replica's already. Older ones end here, as a release has one newest revision.
   */
  takeOver(key: string, present: ReleaseIncident | undefined): ReleaseIncident | undefined {
    const { remediations, clock, life } = this.#parts;
    const orphans = this.#orphans().filter(({ incident }) => incident.key === key);
    const own = present !== undefined && remediations.knows(present.id) ? [present] : [];
    for (const { left } of orphans) life.adopt(left, false);
    const found = orphans.map((orphan) => goOn(orphan, present, clock.nowMs()));
    const [newest, ...older] = [...found, ...own].sort(
      (a, b) => b.target.revision - a.target.revision || b.episode - a.episode,
    );
    for (const incident of older) this.#end(incident);
    return newest;
  }

  #end(incident: ReleaseIncident): void {
    const { life } = this.#parts;
    if (mayHaveActed(incident)) life.failed(incident, 'its rollback did not finish');
    else life.obsolete(incident, 'a newer revision is there');
  }

  #orphans(): Orphan[] {
    const { cluster, remediations, shards } = this.#parts;
    return leftBehind(cluster.remediations, 'HelmRelease', remediations, shards).flatMap((left) => {
      const { kind, namespace, name, revision } = left.spec.target;
      const isKnown = RELEASE_CONDITIONS.some((each) => each === left.spec.condition);
      if (kind !== 'HelmRelease' || revision === undefined || !isKnown || !this.#isFresh(left.namespace)) return [];
      const target = { ...left.spec.target, kind, revision };
      return [{ left, incident: adoptedIncident<ReleaseTarget>(left, target, `${namespace}/${name}`) }];
    });
  }

  /** What the watches say about releases of a namespace can be relied on: what is not seen is not gone. */
  #isFresh(namespace: string): boolean {
    const { watches, staleWatchMs } = this.#parts;
    return watches.agesFor(namespace).every(({ ageMs }) => ageMs <= staleWatchMs);
  }
}

/** A look that is under way may have opened the same incident. */
function goOn({ left, incident }: Orphan, present: ReleaseIncident | undefined, nowMs: number): ReleaseIncident {
  const same = present?.id === incident.id ? present : incident;
  recallRelease(same, left.status, nowMs);
  return same;
}
