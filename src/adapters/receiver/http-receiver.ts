import { z } from 'zod';
import { MetricsError, messageOf } from '../../errors.ts';
import type { Receiver, ReceiverReading } from '../../ports/receiver.ts';
import { MESSAGE_CHANNELS } from '../../scenario/model/scenario.ts';

const TIMEOUT_MS = 4_000;

const reading = z.object({
  startedAtMs: z.number(),
  now: z.number(),
  taken: z.number(),
  complete: z.boolean(),
  messages: z.array(
    z.object({
      receivedAtMs: z.number(),
      sequence: z.number(),
      channel: z.enum(MESSAGE_CHANNELS),
      transition: z.string(),
      incident: z.string(),
      about: z.record(z.string(), z.string()),
      text: z.string(),
    }),
  ),
});

/** A receiver behind `GET /messages?since=<epoch ms>`. */
export class HttpReceiver implements Receiver {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url.replace(/\/$/, '');
  }

  async since(atMs: number, signal?: AbortSignal): Promise<ReceiverReading> {
    try {
      const { now: nowMs, messages, ...rest } = reading.parse(await this.#ask(atMs, signal));
      const told = messages.map(({ receivedAtMs, ...message }) => ({ atMs: receivedAtMs, ...message }));
      return { ...rest, nowMs, messages: told.toSorted((a, b) => a.sequence - b.sequence) };
    } catch (error: unknown) {
      signal?.throwIfAborted();
      throw new MetricsError(`the receiver at ${this.#url} cannot be asked: ${messageOf(error)}`, { cause: error });
    }
  }

  async #ask(atMs: number, signal: AbortSignal | undefined): Promise<unknown> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(`${this.#url}/messages?since=${atMs}`, {
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    if (!response.ok) throw new Error(`it answers ${response.status}`);
    return response.json();
  }
}
