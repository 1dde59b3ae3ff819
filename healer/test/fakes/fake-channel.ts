import type { ChannelMessage, Delivery, MessageChannel } from '../../src/notifications/channel.ts';

/** A channel in memory that does what it is told to for as many messages as it is told to, and takes all others. */
export class FakeChannel implements MessageChannel {
  readonly taken: ChannelMessage[] = [];
  attempts = 0;
  #orders: (Delivery | 'hang')[] = [];

  /** How the next ones are treated; `hang` gives no answer at all. */
  order(delivery: Delivery | 'hang', count = 1): void {
    this.#orders = Array.from({ length: count }, () => delivery);
  }

  async send(message: ChannelMessage): Promise<Delivery> {
    this.attempts += 1;
    const order = this.#orders.shift() ?? { kind: 'accepted' };
    if (order === 'hang') return new Promise<never>(() => undefined);
    if (order.kind === 'accepted') this.taken.push(message);
    return order;
  }

  /** `incident transition` of each message that was taken. */
  told(): string[] {
    return this.taken.map(({ facts }) => `${facts.incident ?? ''} ${facts.transition}`.trim());
  }
}
