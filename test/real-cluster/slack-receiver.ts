import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Messages, Receiver } from '../../lab/receiver/src/receiver.ts';
import { serveReceiver } from '../../lab/receiver/src/receiver-server.ts';

/** Stands for the secret part of a webhook's address; it must turn up nowhere. */
export const PLANTED = 'planted-webhook-token';

/** The lab's receiver in the place of Slack, and a file with its address as a Secret would hold it. */
export class SlackReceiver {
  readonly webhookFile: string;
  readonly #server: Server;
  readonly #folder: string;

  private constructor(server: Server, folder: string) {
    this.#server = server;
    this.#folder = folder;
    this.webhookFile = join(folder, 'url');
  }

  static async start(): Promise<SlackReceiver> {
    const server = await serveReceiver(0, new Receiver(() => Date.now()));
    const receiver = new SlackReceiver(server, await mkdtemp(join(tmpdir(), 'healproof-slack-')));
    await receiver.point(receiver.address);
    return receiver;
  }

  get address(): string {
    return `${this.#url('/slack')}?token=${PLANTED}`;
  }

  /** Writes another address into the file. */
  point(address: string): Promise<void> {
    return writeFile(this.webhookFile, `${address}\n`);
  }

  async behave(order: object): Promise<void> {
    const response = await fetch(this.#url('/behaviour'), { method: 'POST', body: JSON.stringify(order) });
    if (!response.ok) throw new Error(await response.text());
  }

  async messages(): Promise<Messages['messages']> {
    return ((await (await fetch(this.#url('/messages'))).json()) as Messages).messages;
  }

  /** `incident transition` of each. */
  async told(): Promise<string[]> {
    return (await this.messages()).map(({ incident, transition }) => `${incident} ${transition}`);
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
    await rm(this.#folder, { recursive: true });
  }

  #url(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }
}
