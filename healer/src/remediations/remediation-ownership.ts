import type { KubernetesObject } from '@kubernetes/client-node';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { describeError } from '../errors.ts';
import { exponentialBackoff } from '../kube/backoff.ts';
import { KubeError } from '../kube/kube-error.ts';
import type { ObjectStore } from '../kube/object-store.ts';
import { pause } from '../kube/pause.ts';
import type { ConditionType } from '../names.ts';
import { ENDED, type Phase, type RemediationSpec, type RemediationStatus } from '../policy/remediation-schema.ts';
import type { HealerMetrics } from '../telemetry/metrics.ts';
import { hasEnded, type RemediationView, remediationName, toObject, toTime, viewRemediation } from './view.ts';

export interface RemediationApi {
  createRemediation(body: KubernetesObject): Promise<KubernetesObject>;
  readRemediation(namespace: string, name: string): Promise<KubernetesObject | undefined>;
  replaceRemediationStatus(body: KubernetesObject): Promise<KubernetesObject>;
}

export interface RemediationOwnershipOptions {
  readonly api: RemediationApi;
  readonly store: ObjectStore<RemediationView>;
  readonly clock: Clock;
  /** This replica. */
  readonly holder: string;
  readonly metrics: Pick<HealerMetrics, 'remediations'>;
  readonly log: Pick<Logger, 'warn'>;
  /** People are told of incidents: what they were told is noted too. */
  readonly tells?: boolean;
}

/** What a claim needs of an incident. Times are epoch milliseconds. */
export interface Claimable {
  readonly id: string;
  readonly policy: string;
  readonly condition: ConditionType;
  readonly target: RemediationSpec['target'];
  readonly episode: number;
  readonly reason: string;
  readonly firstSeenMs: number;
  readonly detectedAtMs: number;
}

export type ClaimResult =
  /** This replica has it. `status` is what an earlier holder left behind. */
  | { readonly kind: 'held'; readonly status: RemediationStatus | undefined }
  | { readonly kind: 'refused'; readonly reason: string }
  /** It has ended: what is still sick is the next episode. */
  | { readonly kind: 'over'; readonly reason: string };

export interface Known {
  readonly open: Pick<RemediationView, 'spec'> | undefined;
  /** How the newest one that is over ended. */
  readonly lastPhase: Phase | undefined;
  readonly nextEpisode: number;
}

export type StatusChanges = Partial<Omit<RemediationStatus, 'holder'>> & Pick<RemediationStatus, 'phase' | 'reason'>;

interface Held {
  readonly namespace: string;
  readonly name: string;
  readonly spec: RemediationSpec;
  resourceVersion: string;
  status: RemediationStatus | undefined;
  /** Writes about one incident happen one after the other. */
  turn: Promise<unknown>;
  lost: boolean;
  /** Its end is about to be written. */
  ending: boolean;
  /** What people were told. */
  readonly marks: Set<string>;
  /** Monotonic milliseconds of the first mark that no write has carried yet. */
  unsavedSinceMs: number | undefined;
}

const LATER_ATTEMPTS = 20;
const MOST_MARKS = 64;

/** The Remediations that this replica writes: a claim before anything is done, then every step of it. */
export class RemediationOwnership {
  readonly #options: RemediationOwnershipOptions;
  readonly #held = new Map<string, Held>();
  readonly #stop = new AbortController();

  constructor(options: RemediationOwnershipOptions) {
    this.#options = options;
  }

  /** The Remediation of a target under a condition that has not ended, the newest that has, and the number of the next one. */
  known(uid: string, condition: ConditionType): Known {
    const about = [...this.#options.store.values()].filter(
      ({ spec }) => spec?.target.uid === uid && spec.condition === condition,
    );
    const own = [...this.#held.values()].filter(({ spec }) => spec.target.uid === uid && spec.condition === condition);
    // What another replica went on with is known by the watch alone.
    const over = own.filter((held) => !held.lost && isOver(held));
    const names = new Set(over.map(({ name }) => name));
    const open = about.find((view) => !hasEnded(view) && !names.has(view.name)) ?? own.find((held) => !isOver(held));
    const episodes = [...about, ...own].map(({ spec }) => spec?.episode ?? 0);
    const ended = [...about.filter(hasEnded), ...over].sort((a, b) => episodeOf(b) - episodeOf(a));
    return { open, lastPhase: ended[0]?.status?.phase, nextEpisode: 1 + Math.max(0, ...episodes) };
  }

  /** Whether this replica has written about an incident, or still does. */
  knows(incident: string): boolean {
    return this.#held.has(incident);
  }

  /** Makes the incident this replica's own. Rejects with a KubeError when nobody answers. */
  async claim(incident: Claimable, spec: RemediationSpec, owner?: object): Promise<ClaimResult> {
    const held = this.#held.get(incident.id);
    if (held !== undefined) {
      if (held.lost) return { kind: 'refused', reason: `another replica went on with ${held.name}` };
      return isOver(held) ? { kind: 'over', reason: `${held.name} is over` } : { kind: 'held', status: held.status };
    }
    const { namespace } = incident.target;
    const name = remediationName(incident.id);
    const labels = { 'healproof.dev/policy': spec.policy.replaceAll('/', '.').slice(0, 63) };
    const metadata = { namespace, name, labels, ...(owner === undefined ? {} : { ownerReferences: [owner] }) };
    try {
      const created = await this.#options.api.createRemediation(toObject(metadata as never, spec));
      this.#count('written');
      return this.#hold(incident.id, viewRemediation(created), spec);
    } catch (error) {
      if (!(error instanceof KubeError && error.status === 409)) throw error;
      return this.#takeOver(incident, spec, await this.#options.api.readRemediation(namespace, name));
    }
  }

  /** Goes on with a Remediation that an earlier holder left behind. */
  adopt(view: RemediationView): void {
    if (view.spec !== undefined) this.#hold(view.spec.incident, view, view.spec);
  }

  /** Writes the next step and waits for it; a sentence when it must not be taken. Rejects with a KubeError. */
  async advance(incident: string, changes: StatusChanges): Promise<string | undefined> {
    const held = this.#held.get(incident);
    if (held === undefined) return 'nobody claimed the incident';
    const write = held.turn.then(() => this.#write(held, changes));
    held.turn = write.catch(() => undefined);
    return write;
  }

  /** Writes the next step some time soon; what is done does not wait for it. */
  note(incident: string, changes: StatusChanges): void {
    const held = this.#held.get(incident);
    if (held === undefined) return;
    held.ending ||= ENDED.has(changes.phase);
    held.turn = held.turn.then(() => this.#writeLater(held, changes));
  }

  /** Notes what people were told of an incident of this replica; the next write about it carries that. */
  remember(incident: string, mark: string): void {
    const held = this.#held.get(incident);
    if (held === undefined || held.marks.has(mark)) return;
    held.marks.add(mark);
    held.unsavedSinceMs ??= this.#options.clock.monotonicMs();
  }

  /** Writes marks that no other write has carried for `afterMs`, so that none stands in the way of an action. */
  saveMarks(isOwn: (spec: RemediationSpec) => boolean, afterMs: number): void {
    const nowMs = this.#options.clock.monotonicMs();
    for (const held of this.#held.values()) {
      if (held.lost || held.unsavedSinceMs === undefined || nowMs - held.unsavedSinceMs < afterMs) continue;
      if (!isOwn(held.spec)) continue;
      held.unsavedSinceMs = undefined;
      held.turn = held.turn.then(() => this.#writeLater(held, {}));
    }
  }

  /** Resolves when all is written or given up, at the latest after `withinMs`. */
  async flush(withinMs: number): Promise<void> {
    const timer = setTimeout(() => this.#stop.abort(), withinMs);
    await Promise.all([...this.#held.values()].map(({ turn }) => turn));
    clearTimeout(timer);
  }

  /** Forgets what has ended and is gone from the API server too. */
  forget(): void {
    const { store } = this.#options;
    for (const [incident, held] of this.#held) {
      const shown = store.get(`${held.namespace}/${held.name}`);
      if (hasUnsavedMarks(held, shown)) continue;
      if (isOver(held) && (held.lost || (shown !== undefined && hasEnded(shown)))) this.#held.delete(incident);
    }
  }

  #count(outcome: 'written' | 'taken' | 'error'): void {
    this.#options.metrics.remediations.inc({ outcome });
  }

  #takeOver(incident: Claimable, spec: RemediationSpec, found: KubernetesObject | undefined): ClaimResult {
    if (found === undefined) return { kind: 'refused', reason: 'its Remediation was there and went away' };
    const view = viewRemediation(found);
    if (view.spec === undefined) return { kind: 'refused', reason: `${view.name} is no Remediation of the healer` };
    this.#count('taken');
    if (view.spec.policy !== spec.policy) {
      return { kind: 'refused', reason: `policy ${view.spec.policy} treats it already (${view.name})` };
    }
    // The watch has not shown yet that it ended; the next look counts the episode on.
    if (hasEnded(view)) return { kind: 'over', reason: `${view.name} ended a moment ago` };
    return this.#hold(incident.id, view, view.spec);
  }

  #hold(incident: string, view: RemediationView, spec: RemediationSpec): ClaimResult {
    const { namespace, name, resourceVersion, status } = view;
    const marks = new Set(status?.notified);
    const written = { namespace, name, spec, resourceVersion, status, marks, unsavedSinceMs: undefined };
    this.#held.set(incident, { ...written, turn: Promise.resolve(), lost: false, ending: false });
    return { kind: 'held', status };
  }

  async #write(held: Held, changes: Partial<StatusChanges>): Promise<string | undefined> {
    if (held.lost) return 'another replica went on with it';
    const { api, holder, tells = false } = this.#options;
    const before = held.status ?? { phase: 'Detected', reason: held.spec.evidence };
    const { reason = before.reason } = changes;
    const told = tells ? { notified: [...held.marks].slice(-MOST_MARKS) } : {};
    const status: RemediationStatus = { ...before, ...changes, ...told, reason: reason.slice(0, 2_000), holder };
    held.unsavedSinceMs = undefined;
    try {
      const { namespace, name, resourceVersion, spec } = held;
      const written = await api.replaceRemediationStatus(toObject({ namespace, name, resourceVersion }, spec, status));
      this.#count('written');
      held.resourceVersion = written.metadata?.resourceVersion ?? '';
      held.status = status;
      return undefined;
    } catch (error) {
      if (!(error instanceof KubeError && (error.status === 409 || error.status === 404))) {
        this.#count('error');
        if (held.marks.size > 0) held.unsavedSinceMs ??= this.#options.clock.monotonicMs();
        throw error;
      }
      return this.#contested(held, changes);
    }
  }

  /** Somebody wrote since: another holder, or this one, whose answer got lost. */
  async #contested(held: Held, changes: Partial<StatusChanges>): Promise<string | undefined> {
    const found = await this.#options.api.readRemediation(held.namespace, held.name);
    const view = found === undefined ? undefined : viewRemediation(found);
    if (view?.status?.holder === this.#options.holder && view.resourceVersion !== held.resourceVersion) {
      held.resourceVersion = view.resourceVersion;
      held.status = view.status;
      return this.#write(held, changes);
    }
    held.lost = true;
    this.#count('taken');
    return view === undefined ? 'its Remediation is gone' : `${view.status?.holder ?? 'somebody'} went on with it`;
  }

  async #writeLater(held: Held, changes: Partial<StatusChanges>): Promise<void> {
    const backoff = exponentialBackoff(100, 5_000);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#write(held, changes);
        return;
      } catch (error) {
        if (attempt >= LATER_ATTEMPTS || this.#stop.signal.aborted || isHopeless(error)) {
          this.#options.log.warn(`${held.name} was not brought up to date: ${describeError(error)}`);
          return;
        }
        await pause(backoff.next(), this.#stop.signal);
      }
    }
  }
}

/** Another holder may have noted the same meanwhile. */
function hasUnsavedMarks({ lost, marks, unsavedSinceMs }: Held, shown: RemediationView | undefined): boolean {
  if (lost || unsavedSinceMs === undefined) return false;
  return [...marks].some((mark) => shown?.status?.notified?.includes(mark) !== true);
}

/** The server will never take it, e.g. because its definition of a Remediation is older than this healer. */
function isHopeless(error: unknown): boolean {
  return error instanceof KubeError && (error.status === 400 || error.status === 422);
}

function episodeOf({ spec }: Pick<RemediationView, 'spec'>): number {
  return spec?.episode ?? 0;
}

function isOver({ lost, ending, status }: Held): boolean {
  return lost || ending || (status !== undefined && ENDED.has(status.phase));
}

/** What an incident says about itself. */
export function specOf(incident: Claimable, workload?: RemediationSpec['workload']): RemediationSpec {
  const { id, policy, condition, target, episode, reason, firstSeenMs, detectedAtMs } = incident;
  return {
    incident: id,
    policy,
    condition,
    target: { ...target },
    ...(workload === undefined ? {} : { workload }),
    episode,
    evidence: reason.slice(0, 2_000),
    firstSeenAt: toTime(firstSeenMs),
    detectedAt: toTime(detectedAtMs),
  };
}
