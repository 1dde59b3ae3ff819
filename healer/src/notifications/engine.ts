import { once } from 'node:events';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { describeError } from '../errors.ts';
import { exponentialBackoff } from '../kube/backoff.ts';
import type { ObjectStore } from '../kube/object-store.ts';
import { pause } from '../kube/pause.ts';
import type { Transition } from '../names.ts';
import type { Bucket } from '../policy/token-bucket.ts';
import { ownerIn } from '../remediations/owner.ts';
import type { RemediationView } from '../remediations/view.ts';
import type { HealerMetrics } from '../telemetry/metrics.ts';
import type { ChannelMessage, Delivery, MessageChannel } from './channel.ts';
import { dueOf, longEnded } from './due.ts';
import { messageOf } from './message.ts';
import { type NextSend, nextSend, stillCounting } from './next-send.ts';
import { isSame, isSuperseded, type Notice } from './notice.ts';
import type { Notifier } from './notifier.ts';
import { summaryOf } from './summary.ts';
import { ToldNotices, type ToldNoticesOptions } from './told-notices.ts';

export interface NotificationOptions extends ToldNoticesOptions {
  readonly channel: MessageChannel;
  readonly transitions: readonly Transition[];
  readonly rate: Bucket;
  /** See the message. */
  readonly link: string | undefined;
  readonly store: Pick<ObjectStore<RemediationView>, 'get' | 'values'>;
  readonly metrics: Pick<HealerMetrics, 'notifications' | 'notificationSeconds'>;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

type Send = Extract<NextSend, { kind: 'message' | 'summary' }>;

const CAPACITY = 500;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
const LOOK_BACK_EVERY_MS = 5_000;
const LEFT_FOR_GOOD_MS = 60_000;

/**
 * Tells people what becomes of incidents, at least once: a message is sent, then noted on the Remediation; who finds no
 * note sends it again, with the same incident and transition in it. Healing never waits for any of it.
 */
export class NotificationEngine implements Notifier {
  readonly #options: NotificationOptions;
  readonly #told: ToldNotices;
  readonly #stop = new AbortController();
  #waiting: readonly Notice[] = [];
  #sentAtMs: readonly number[] = [];
  #draining: Promise<void> | undefined;
  #lookedBackAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: NotificationOptions) {
    this.#options = options;
    this.#told = new ToldNotices(options);
  }

  get depth(): number {
    return this.#waiting.length;
  }

  tell(notice: Notice): void {
    const { transitions, metrics, log } = this.#options;
    if (!transitions.includes(notice.transition) || this.#told.has(notice)) return;
    if (this.#waiting.some((other) => isSame(other, notice))) return;
    if (this.#waiting.length >= CAPACITY) {
      metrics.notifications.inc({ outcome: 'lost' });
      log.warn(`too many messages are waiting: ${notice.transition} of incident ${notice.record.incident} is put off`);
      return;
    }
    this.#waiting = [...this.#waiting.filter((earlier) => !isSuperseded(earlier, notice)), notice];
    this.#begin();
  }

  adopt(view: RemediationView, carriedOut: boolean): void {
    for (const notice of dueOf(view, carriedOut)) this.tell(notice);
  }

  beat(): void {
    const { store, clock } = this.#options;
    this.#told.save();
    this.#begin();
    if (clock.monotonicMs() - this.#lookedBackAtMs < LOOK_BACK_EVERY_MS) return;
    this.#lookedBackAtMs = clock.monotonicMs();
    for (const view of longEnded(store.values(), clock.nowMs())) if (this.#isOwn(view)) this.adopt(view, false);
  }

  async flush(withinMs: number): Promise<void> {
    this.#told.saveAll();
    const timer = setTimeout(() => this.#stop.abort(), withinMs);
    // An attempt without an answer is not waited for to its end.
    await Promise.race([this.#draining, once(this.#stop.signal, 'abort')]);
    clearTimeout(timer);
    this.#stop.abort();
    this.#told.saveAll();
  }

  #begin(): void {
    if (this.#waiting.length === 0) return;
    this.#draining ??= this.#drain()
      // A defect here must not end the process that heals; the next beat goes on.
      .catch((error: unknown) => this.#options.log.warn(`telling people broke off: ${describeError(error)}`))
      .finally(() => {
        this.#draining = undefined;
      });
  }

  async #drain(): Promise<void> {
    // What is said in one breath is looked at as a whole.
    await Promise.resolve();
    const backoff = exponentialBackoff(FIRST_RETRY_MS, LONGEST_RETRY_MS);
    while (!this.#stop.signal.aborted) {
      const next = this.#next();
      if (next.kind === 'nothing') break;
      if (next.kind === 'wait') {
        await pause(next.waitMs, this.#stop.signal);
        continue;
      }
      const delivery = await this.#options.channel.send(this.#compose(next));
      this.#settle(next, delivery);
      if (delivery.kind === 'failed') {
        await pause(Math.max(backoff.next(), delivery.retryAfterMs ?? 0), this.#stop.signal);
      } else backoff.reset();
    }
  }

  #next(): NextSend {
    const { rate, clock, shards } = this.#options;
    const nowMs = clock.nowMs();
    this.#waiting = this.#waiting.filter((notice) => !this.#told.has(notice) && !this.#isOthers(notice, nowMs));
    this.#sentAtMs = stillCounting(this.#sentAtMs, rate, nowMs);
    const own = this.#waiting.filter(({ owner }) => shards.mayActOn(owner));
    return nextSend(own, rate, this.#sentAtMs, nowMs);
  }

  /** A shard may be gone for a moment only; what another replica has for longer, it tells. */
  #isOthers({ owner, record }: Notice, nowMs: number): boolean {
    return !this.#options.shards.mayActOn(owner) && nowMs - record.recordedAtMs > LEFT_FOR_GOOD_MS;
  }

  #isOwn({ spec }: RemediationView): boolean {
    return spec !== undefined && this.#options.shards.mayActOn(ownerIn(spec));
  }

  #compose(next: Send): ChannelMessage {
    return next.kind === 'message' ? messageOf(next.notice, this.#options.link) : summaryOf(next.notices);
  }

  #settle(next: Send, delivery: Delivery): void {
    const { metrics, log, clock } = this.#options;
    const notices = next.kind === 'message' ? [next.notice] : next.notices;
    if (delivery.kind === 'accepted') {
      this.#sentAtMs = [...this.#sentAtMs, clock.nowMs()];
      metrics.notifications.inc({ outcome: 'sent' });
      if (next.kind === 'summary') metrics.notifications.inc({ outcome: 'held-back' }, notices.length);
      for (const notice of notices) this.#accepted(notice);
      return;
    }
    metrics.notifications.inc({ outcome: 'failed' });
    log.warn(`people could not be told: ${delivery.reason}`);
    if (delivery.kind === 'failed') return;
    metrics.notifications.inc({ outcome: 'lost' }, notices.length);
    for (const notice of notices) this.#told.drop(notice);
  }

  #accepted(notice: Notice): void {
    const { metrics, clock } = this.#options;
    this.#told.add(notice);
    metrics.notificationSeconds.observe(Math.max(0, clock.nowMs() - notice.record.recordedAtMs) / 1000);
  }
}
