import { readFile } from 'node:fs/promises';
import { IncomingWebhook, IncomingWebhookHTTPError } from '@slack/webhook';
import { describeError } from '../errors.ts';
import { MESSAGE } from '../names.ts';
import type { ChannelMessage, Delivery, MessageChannel } from './channel.ts';
import { withoutAddress } from './redact.ts';
import { retryAfterMs } from './retry-after.ts';

export interface SlackOptions {
  /** File with the address; a secret. Read for each message, so that a new one holds at once. */
  readonly webhookFile: string;
  /** For one attempt, milliseconds. */
  readonly timeoutMs: number;
}

type Fetch = NonNullable<NonNullable<ConstructorParameters<typeof IncomingWebhook>[1]>['fetch']>;

/** Answers that are about the message and not about the webhook or its load. */
const REFUSED = new Set([400, 413, 422]);
const LONGEST_WORD = 80;

/** An incoming webhook of Slack, or of what speaks like it. */
export class SlackChannel implements MessageChannel {
  readonly #options: SlackOptions;

  constructor(options: SlackOptions) {
    this.#options = options;
  }

  /** A sentence when messages could not be sent as things are. */
  async problem(): Promise<string | undefined> {
    const address = await this.#readAddress();
    return typeof address === 'string' ? undefined : address.reason;
  }

  async send(message: ChannelMessage): Promise<Delivery> {
    const address = await this.#readAddress();
    if (typeof address !== 'string') return address;
    const delivery = await this.#attempt(address, message);
    // Better as bare text than not at all.
    return delivery.kind === 'refused' ? this.#attempt(address, { ...message, blocks: [], facts: {} }) : delivery;
  }

  async #attempt(address: string, { text, blocks, facts }: ChannelMessage): Promise<Delivery> {
    let answeredRetryAfter: string | null = null;
    const send: Fetch = async (url, init) => {
      const response = await fetch(url, init);
      answeredRetryAfter = response.headers.get('retry-after');
      return response;
    };
    const webhook = new IncomingWebhook(address, { fetch: send, timeout: this.#options.timeoutMs });
    const shape = blocks.length === 0 ? {} : { blocks: [...blocks] };
    const isBare = Object.keys(facts).length === 0;
    const metadata = isBare ? {} : { metadata: { event_type: MESSAGE.eventType, event_payload: facts } };
    try {
      const said = await webhook.send({ text, ...shape, ...metadata });
      return said.text.trim() === 'ok' ? { kind: 'accepted' } : failed('it answered with something else than ok');
    } catch (error) {
      return explain(error, address, retryAfterMs(answeredRetryAfter, Date.now()));
    }
  }

  async #readAddress(): Promise<string | Extract<Delivery, { kind: 'failed' }>> {
    const { webhookFile } = this.#options;
    try {
      const address = (await readFile(webhookFile, 'utf8')).trim();
      const isUsable = URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
      return isUsable ? address : failed(`${webhookFile} does not hold the address of a webhook (https://…)`);
    } catch (error) {
      return failed(`${webhookFile} cannot be read: ${describeError(error)}`);
    }
  }
}

function failed(reason: string, waitMs?: number): Extract<Delivery, { kind: 'failed' }> {
  return { kind: 'failed', reason, retryAfterMs: waitMs };
}

/** Nothing that is said of the error may hold the address. */
function explain(error: unknown, address: string, waitMs: number | undefined): Delivery {
  const clean = (text: string): string => withoutAddress(text, address);
  if (!(error instanceof IncomingWebhookHTTPError)) return failed(clean(describeError(error)), waitMs);
  const { statusCode, body } = error;
  const reason = `Slack answered ${statusCode} ${clean(body ?? '').slice(0, LONGEST_WORD)}`.trim();
  return REFUSED.has(statusCode) ? { kind: 'refused', reason } : failed(reason, waitMs);
}
