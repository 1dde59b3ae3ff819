import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../incidents/event-recorder.ts';
import { EVENT_REASONS } from '../names.ts';
import { type Bucket, waitForTokenMs } from '../policy/token-bucket.ts';

/** Whoever may write Secrets in one namespace must not fill the log and the queue of Events for all others. */
const TOLD: Bucket = { actions: 10, perMs: 10 * 60_000 };

export interface UnreadableRelease {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export interface UnreadableReleasesParts {
  readonly eventRecorder: Pick<EventRecorder, 'announce'>;
  readonly count: () => void;
  readonly clock: Clock;
}

/** Tells of Secrets of Helm's type that hold no release: all are counted, those of one namespace told at a bounded pace. */
export class UnreadableReleases {
  readonly #parts: UnreadableReleasesParts;
  readonly #toldAtMs = new Map<string, readonly number[]>();

  constructor(parts: UnreadableReleasesParts) {
    this.#parts = parts;
  }

  found({ namespace, name, uid }: UnreadableRelease, problem: string): void {
    const { eventRecorder, count, clock } = this.#parts;
    count();
    const nowMs = clock.nowMs();
    const toldAtMs = (this.#toldAtMs.get(namespace) ?? []).filter((atMs) => atMs > nowMs - TOLD.perMs);
    if (waitForTokenMs(TOLD, toldAtMs, nowMs) > 0) return;
    this.#toldAtMs.set(namespace, [...toldAtMs, nowMs]);
    const subject = { apiVersion: 'v1', kind: 'Secret', namespace, name, uid };
    const note = `Secret ${namespace}/${name} holds no release that the healer can read; it is ignored: ${problem}`;
    eventRecorder.announce(subject, 'Warning', EVENT_REASONS.releaseUnreadable, note, `${uid} ${problem}`, nowMs);
  }
}
