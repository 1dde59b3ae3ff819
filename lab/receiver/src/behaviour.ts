import { z } from 'zod';
import { parseJson } from './json.ts';

const MOST_REQUESTS = 1_000;
const LONGEST_MS = 600_000;

/** What a test may ask for. It ends by itself, after so many requests or so much time, whichever is first. */
const Order = z.strictObject({
  answer: z.enum(['ok', 'too-many-requests', 'error', 'hang']),
  retryAfterSeconds: z.number().int().min(0).max(300).default(1),
  requests: z.number().int().min(1).max(MOST_REQUESTS).default(1),
  forMs: z.number().int().min(1).max(LONGEST_MS).default(60_000),
});

export type Answer = Pick<z.infer<typeof Order>, 'answer' | 'retryAfterSeconds'>;

const USUAL: Answer = { answer: 'ok', retryAfterSeconds: 0 };

/** How Slack's part is played: well, unless a test asked for something else. */
export class Behaviour {
  #order: z.infer<typeof Order> | undefined;
  #left = 0;
  #untilMs = 0;

  /** Takes an order as JSON; a sentence when it is none. `nowMs` is epoch milliseconds. */
  set(text: string, nowMs: number): string | undefined {
    const parsed = Order.safeParse(parseJson(text));
    if (!parsed.success) return z.prettifyError(parsed.error);
    this.#order = parsed.data;
    this.#left = parsed.data.requests;
    this.#untilMs = nowMs + parsed.data.forMs;
    return undefined;
  }

  /** How to answer the request that came now. */
  next(nowMs: number): Answer {
    if (this.#order === undefined || this.#left === 0 || nowMs >= this.#untilMs) return USUAL;
    this.#left -= 1;
    return this.#order;
  }
}
