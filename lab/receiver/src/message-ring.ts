import type { Message, NewMessage } from './message.ts';

export interface Reading {
  /** How many messages ever came; the newest has this number. */
  readonly taken: number;
  /** Everything that came since then is here. */
  readonly complete: boolean;
  readonly messages: readonly Message[];
}

/** The newest messages, a bounded number of them. Times are epoch milliseconds. */
export class MessageRing {
  readonly #capacity: number;
  readonly #startedAtMs: number;
  #messages: readonly Message[] = [];
  #sequence = 0;
  #droppedAtMs = Number.NEGATIVE_INFINITY;

  constructor(capacity: number, startedAtMs: number) {
    this.#capacity = capacity;
    this.#startedAtMs = startedAtMs;
  }

  add(message: NewMessage, nowMs: number): void {
    this.#sequence += 1;
    const all = [...this.#messages, { ...message, receivedAtMs: nowMs, sequence: this.#sequence }];
    const surplus = Math.max(0, all.length - this.#capacity);
    for (const { receivedAtMs } of all.slice(0, surplus)) this.#droppedAtMs = Math.max(this.#droppedAtMs, receivedAtMs);
    this.#messages = all.slice(surplus);
  }

  /** What came at or after a time. What came before the start went to nobody, so nothing is known of it. */
  since(sinceMs: number): Reading {
    const complete = sinceMs >= this.#startedAtMs && this.#droppedAtMs < sinceMs;
    return {
      taken: this.#sequence,
      complete,
      messages: this.#messages.filter(({ receivedAtMs }) => receivedAtMs >= sinceMs),
    };
  }
}
