import { MetricsError } from '../../src/errors.ts';
import type { Message } from '../../src/experiment/evidence/signals.ts';
import type { Receiver, ReceiverReading } from '../../src/ports/receiver.ts';

/** What the healer tells of an incident of the shop that it has found. */
export const OPENED = {
  channel: 'slack',
  transition: 'opened',
  incident: 'i',
  about: { namespace: 'shop' },
  text: '',
} as const;

/** A receiver that has been told a few things. */
export class FakeReceiver implements Receiver {
  readonly #now: () => number;
  readonly messages: Message[] = [];
  startedAtMs: number;
  /** Nobody answers at its address. */
  isGone = false;

  constructor(now: () => number) {
    this.#now = now;
    this.startedAtMs = now();
  }

  /** Somebody tells it something, now. */
  take(message: Omit<Message, 'atMs' | 'sequence'>): void {
    this.messages.push({ ...message, atMs: this.#now(), sequence: this.messages.length + 1 });
  }

  async since(atMs: number): Promise<ReceiverReading> {
    if (this.isGone) throw new MetricsError('connection refused');
    const { startedAtMs } = this;
    const messages = this.messages.filter((message) => message.atMs >= atMs);
    return { startedAtMs, nowMs: this.#now(), taken: this.messages.length, complete: atMs >= startedAtMs, messages };
  }
}
