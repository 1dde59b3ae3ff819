import type { PodView } from '../../cluster/pod.ts';
import { progressMark, type RolloutView } from '../../cluster/rollout.ts';
import type { ObjectStore } from '../../kube/object-store.ts';
import type { ReleaseWorkload } from '../secrets/manifest.ts';
import { type ReleaseRevision, releaseKey } from '../secrets/release.ts';
import type { SeenRelease } from '../secrets/release-view.ts';
import type { ReleaseObservation } from './classify.ts';
import type { WorkloadReading } from './workload-reading.ts';

/** What the monitor sees of workloads and their pods; keys are `Kind/namespace/name`. */
export interface WorkloadSight {
  rolloutOf(key: string): RolloutView | undefined;
  /** Pods of the newest revision. */
  newPodsOf(rollout: RolloutView): readonly PodView[];
}

export type Sighting =
  | { readonly kind: 'release'; readonly observation: ReleaseObservation; readonly history: readonly ReleaseRevision[] }
  /** The newest revision cannot be read: what older ones say is out of date. */
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'gone' };

interface Movement {
  readonly mark: string;
  readonly atMs: number;
}

/** Sees Helm releases: brings their Secrets and what became of their workloads together. */
export class ReleaseMonitor {
  readonly #releases: ObjectStore<SeenRelease>;
  readonly #sight: WorkloadSight;
  readonly #movements = new Map<string, Movement>();

  constructor(releases: ObjectStore<SeenRelease>, sight: WorkloadSight) {
    this.#releases = releases;
    this.#sight = sight;
  }

  keys(): Set<string> {
    return new Set([...this.#releases.values()].flatMap((seen) => (seen.key === undefined ? [] : [seen.key])));
  }

  /** Every revision that can be read. */
  revisions(): ReleaseRevision[] {
    return [...this.#releases.values()].flatMap(({ revision }) => (revision === undefined ? [] : [revision]));
  }

  /** `isProvenGood` tells whether a revision was once seen to work. */
  look(key: string, isKnownGood: (revision: ReleaseRevision) => boolean, nowMs: number): Sighting {
    const seen = [...this.#releases.values()].filter((each) => each.key === key).sort((a, b) => b.number - a.number);
    const [newest] = seen;
    if (newest === undefined) return { kind: 'gone' };
    if (newest.revision === undefined) return { kind: 'unreadable', reason: newest.problem };
    const latest = newest.revision;
    const workloads = latest.workloads.map((workload) => this.#read(workload, nowMs));
    const history = seen.flatMap(({ revision }) => (revision === undefined ? [] : [revision]));
    return { kind: 'release', observation: { latest, knownGood: isKnownGood(latest), workloads }, history };
  }

  /** Releases whose newest revision has this workload. */
  owning(workloadKey: string): string[] {
    return [...this.#releases.values()].flatMap(({ revision }) =>
      revision?.workloads.some((each) => keyOf(each) === workloadKey) === true ? [releaseKey(revision)] : [],
    );
  }

  #read(workload: ReleaseWorkload, nowMs: number): WorkloadReading {
    const key = keyOf(workload);
    const rollout = this.#sight.rolloutOf(key);
    const mark = rollout === undefined ? 'missing' : progressMark(rollout);
    const known = this.#movements.get(key);
    const movement = known?.mark === mark ? known : { mark, atMs: nowMs };
    this.#movements.set(key, movement);
    const newPods = rollout === undefined ? [] : this.#sight.newPodsOf(rollout);
    return { workload, rollout, movedAtMs: movement.atMs, newPods };
  }
}

function keyOf({ kind, namespace, name }: ReleaseWorkload): string {
  return `${kind}/${namespace}/${name}`;
}
