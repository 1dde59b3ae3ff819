import type { Clock } from '../clock.ts';
import type { ObjectStore } from '../kube/object-store.ts';
import type { Notifier } from '../notifications/notifier.ts';
import { RELEASE_CONDITIONS } from '../policy/helm-conditions.ts';
import { ownerIn } from '../remediations/owner.ts';
import type { RemediationOwnership } from '../remediations/remediation-ownership.ts';
import { hasEnded, type RemediationView } from '../remediations/view.ts';
import { openedReleaseIncident, type ReleaseIncident, recall } from './release-incident.ts';
import type { ReleaseRecorder } from './release-recorder.ts';

export interface ReleaseAdoptionParts {
  readonly views: ObjectStore<RemediationView>;
  readonly remediations: Pick<RemediationOwnership, 'adopt' | 'knows'>;
  readonly recorder: Pick<ReleaseRecorder, 'failed' | 'obsolete'>;
  readonly notifier: Pick<Notifier, 'adopt'>;
  readonly clock: Clock;
  readonly mayActOn: (owner: string) => boolean;
  /** Whether what the watches say about releases of a namespace can be relied on: what is not seen is not gone. */
  readonly isFresh: (namespace: string) => boolean;
}

type Orphan = RemediationView & { readonly incident: ReleaseIncident };

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
    const { remediations, clock, notifier } = this.#parts;
    const orphans = this.#orphans().filter(({ incident }) => incident.key === key);
    const own = present !== undefined && remediations.knows(present.id) ? present : undefined;
    for (const orphan of orphans) {
      remediations.adopt(orphan);
      notifier.adopt(orphan, false);
    }
    const found = orphans.map((orphan) => follow(orphan, present, clock.nowMs()));
    const [newest, ...older] = [...found, ...(own === undefined ? [] : [own])].sort(
      (a, b) => b.target.revision - a.target.revision || b.episode - a.episode,
    );
    for (const incident of older) this.#end(incident);
    return newest;
  }

  #end(incident: ReleaseIncident): void {
    const { recorder } = this.#parts;
    if (incident.sent) recorder.failed(incident, 'its rollback did not finish', 'unverified');
    else recorder.obsolete(incident, 'a newer revision is there');
  }

  #orphans(): Orphan[] {
    const { views, remediations, mayActOn, isFresh } = this.#parts;
    return [...views.values()].flatMap((view) => {
      if (view.spec === undefined || hasEnded(view) || remediations.knows(view.spec.incident)) return [];
      const incident = toIncident(view);
      if (incident === undefined) return [];
      return mayActOn(ownerIn(view.spec)) && isFresh(view.namespace) ? [{ ...view, incident }] : [];
    });
  }
}

/** A look that is under way may have opened the same incident. */
function follow({ incident, status }: Orphan, present: ReleaseIncident | undefined, nowMs: number): ReleaseIncident {
  const same = present?.id === incident.id ? present : incident;
  recall(same, status, nowMs);
  return same;
}

function toIncident({ spec, status }: RemediationView): ReleaseIncident | undefined {
  const { kind, namespace, name, revision } = spec?.target ?? {};
  const condition = RELEASE_CONDITIONS.find((each) => each === spec?.condition);
  if (spec === undefined || kind !== 'HelmRelease' || revision === undefined || condition === undefined)
    return undefined;
  const incident = openedReleaseIncident({
    key: `${namespace}/${name}`,
    policy: spec.policy,
    condition,
    target: { ...spec.target, kind, revision },
    episode: spec.episode,
    firstSeenMs: Date.parse(spec.firstSeenAt),
    detectedAtMs: Date.parse(spec.detectedAt),
    reason: spec.evidence,
  });
  incident.said.add('detected');
  if (status?.refusal !== undefined) incident.said.add(status.refusal);
  return incident;
}
