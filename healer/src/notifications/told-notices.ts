import type { ObjectStore } from '../kube/object-store.ts';
import { ownerIn } from '../remediations/owner.ts';
import type { RemediationOwnership } from '../remediations/remediation-ownership.ts';
import { hasEnded, type RemediationView, remediationName } from '../remediations/view.ts';
import type { ShardOwnership } from '../shards/ownership.ts';
import { markOf, type Notice } from './notice.ts';

export interface ToldNoticesOptions {
  readonly remediations: Pick<RemediationOwnership, 'knows' | 'adopt' | 'remember' | 'saveMarks'>;
  readonly store: Pick<ObjectStore<RemediationView>, 'get'>;
  readonly shards: Pick<ShardOwnership, 'mayActOn'>;
}

const KEPT = 2_000;
/** A mark goes with the next step of the incident; where none comes it is written by itself after this. */
const ALONE_AFTER_MS = 1_000;

/** What people were told: of this replica's own knowledge, and as noted on the Remediations, for whoever comes after. */
export class ToldNotices {
  readonly #options: ToldNoticesOptions;
  /** Marks by incident, the longest untouched first. */
  readonly #told = new Map<string, Set<string>>();
  /** Told before the incident was claimed, or after its Remediation was out of hand: still to be noted. */
  readonly #loose = new Map<string, { readonly notice: Notice; readonly marks: Set<string> }>();

  constructor(options: ToldNoticesOptions) {
    this.#options = options;
  }

  has(notice: Notice): boolean {
    const mark = markOf(notice);
    const noted = this.#viewOf(notice)?.status?.notified;
    return this.#told.get(notice.record.incident)?.has(mark) === true || noted?.includes(mark) === true;
  }

  /** People know; it is noted soon. */
  add(notice: Notice): void {
    this.drop(notice);
    const { incident } = notice.record;
    const loose = this.#loose.get(incident) ?? { notice, marks: new Set() };
    loose.marks.add(markOf(notice));
    this.#loose.set(incident, loose);
    forgetOldest(this.#loose);
    this.#noteDown(incident);
  }

  /** It cannot be told: not tried again by this replica. */
  drop(notice: Notice): void {
    const { incident } = notice.record;
    const marks = this.#told.get(incident) ?? new Set();
    this.#told.delete(incident);
    this.#told.set(incident, marks.add(markOf(notice)));
    forgetOldest(this.#told);
  }

  /** Notes what could not be noted yet. */
  save(): void {
    const { shards } = this.#options;
    this.#save((spec) => shards.mayActOn(ownerIn(spec)), ALONE_AFTER_MS);
  }

  /** The same, of everything and now: this replica stops, and the next one is to find it. */
  saveAll(): void {
    this.#save(() => true, 0);
  }

  #save(...[isOwn, afterMs]: Parameters<RemediationOwnership['saveMarks']>): void {
    for (const incident of [...this.#loose.keys()]) this.#noteDown(incident);
    this.#options.remediations.saveMarks(isOwn, afterMs);
  }

  #noteDown(incident: string): void {
    const loose = this.#loose.get(incident);
    if (loose === undefined) return;
    const { remediations } = this.#options;
    if (!remediations.knows(incident)) {
      const view = this.#viewOf(loose.notice);
      // One that goes on belongs to whoever claims it; taking it here would take it away from them.
      if (view?.spec === undefined || !hasEnded(view)) return;
      remediations.adopt(view);
    }
    for (const mark of loose.marks) remediations.remember(incident, mark);
    this.#loose.delete(incident);
  }

  #viewOf({ record: { incident, target } }: Notice): RemediationView | undefined {
    return this.#options.store.get(`${target.namespace}/${remediationName(incident)}`);
  }
}

function forgetOldest(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    if (map.size <= KEPT) return;
    map.delete(key);
  }
}
