import type { Clock } from '../clock.ts';
import type { EventRecorder } from '../incidents/event-recorder.ts';
import { EVENT_REASONS } from '../names.ts';
import { type Bucket, waitForTokenMs } from '../policy/token-bucket.ts';
import type { HealerMetrics } from '../telemetry/metrics.ts';

/** Whoever may write Secrets in one namespace must not fill the log and the queue of Events for all others. */
const TOLD: Bucket = { actions: 10, perMs: 10 * 60_000 };

export interface UnreadableRelease {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Tells of Secrets of Helm's type that hold no release: all are counted, those of one namespace told at a bounded pace. */
export class UnreadableReleases {
  readonly #eventRecorder: Pick<EventRecorder, 'announce'>;
  readonly #metrics: Pick<HealerMetrics, 'unreadableReleases'>;
  readonly #clock: Clock;
  readonly #toldAtMs = new Map<string, readonly number[]>();

  constructor(
    eventRecorder: Pick<EventRecorder, 'announce'>,
    metrics: Pick<HealerMetrics, 'unreadableReleases'>,
    clock: Clock,
  ) {
    this.#eventRecorder = eventRecorder;
    this.#metrics = metrics;
    this.#clock = clock;
  }

  found({ namespace, name, uid }: UnreadableRelease, problem: string): void {
    this.#metrics.unreadableReleases.inc();
    const nowMs = this.#clock.nowMs();
    const toldAtMs = (this.#toldAtMs.get(namespace) ?? []).filter((atMs) => atMs > nowMs - TOLD.perMs);
    if (waitForTokenMs(TOLD, toldAtMs, nowMs) > 0) return;
    this.#toldAtMs.set(namespace, [...toldAtMs, nowMs]);
    const subject = { apiVersion: 'v1', kind: 'Secret', namespace, name, uid };
    const note = `Secret ${namespace}/${name} holds no release that the healer can read; it is ignored: ${problem}`;
    this.#eventRecorder.announce(subject, 'Warning', EVENT_REASONS.releaseUnreadable, note, `${uid} ${problem}`, nowMs);
  }
}
