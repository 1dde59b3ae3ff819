import { readAlertmanagerPayload } from './alertmanager-payload.ts';
import { Behaviour } from './behaviour.ts';
import type { Message } from './message.ts';
import { MessageRing } from './message-ring.ts';
import { readSlackPayload } from './slack-payload.ts';

export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What `GET /messages` answers with. */
export interface Messages {
  /** Since when this receiver listens, epoch milliseconds: nothing is known from before. */
  readonly startedAtMs: number;
  readonly now: number;
  /** How many messages it has taken since it started. */
  readonly taken: number;
  /** False when messages from the time asked for may be missing. */
  readonly complete: boolean;
  readonly messages: readonly Message[];
}

const CAPACITY = 1_000;

/** Takes what Slack and an Alertmanager's webhook would take, and says who said what when. Keeps no headers and no address. */
export class Receiver {
  readonly #nowMs: () => number;
  readonly #startedAtMs: number;
  readonly #ring: MessageRing;
  readonly #behaviour = new Behaviour();

  constructor(nowMs: () => number, capacity = CAPACITY) {
    this.#nowMs = nowMs;
    this.#startedAtMs = nowMs();
    this.#ring = new MessageRing(capacity, this.#startedAtMs);
  }

  /** Undefined: no answer is given. What is turned away is not kept, as with Slack. */
  slack(text: string): Reply | undefined {
    const { answer, retryAfterSeconds } = this.#behaviour.next(this.#nowMs());
    if (answer === 'hang') return undefined;
    if (answer === 'error') return { status: 500, body: 'internal_error' };
    if (answer === 'too-many-requests') {
      return { status: 429, body: 'rate_limited', headers: { 'retry-after': String(retryAfterSeconds) } };
    }
    const message = readSlackPayload(text);
    if (typeof message === 'string') return { status: 400, body: message };
    this.#ring.add(message, this.#nowMs());
    return { status: 200, body: 'ok' };
  }

  alertmanager(text: string): Reply {
    const messages = readAlertmanagerPayload(text);
    if (typeof messages === 'string') return { status: 400, body: messages };
    for (const message of messages) this.#ring.add(message, this.#nowMs());
    return { status: 200, body: 'ok' };
  }

  behave(text: string): Reply {
    const problem = this.#behaviour.set(text, this.#nowMs());
    return problem === undefined ? { status: 200, body: 'ok' } : { status: 400, body: problem };
  }

  /** `since` as in the query, epoch milliseconds; everything since the start where it is null. */
  messages(since: string | null): Reply {
    const sinceMs = since === null ? this.#startedAtMs : Number(since);
    if (!Number.isFinite(sinceMs) || since === '') {
      return { status: 400, body: `since must be a time in epoch milliseconds, got ${JSON.stringify(since)}` };
    }
    const answer: Messages = { startedAtMs: this.#startedAtMs, now: this.#nowMs(), ...this.#ring.since(sinceMs) };
    return { status: 200, body: JSON.stringify(answer), headers: { 'content-type': 'application/json' } };
  }
}
