import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { encode, messageReader, type WorkerMessage } from './protocol.ts';

/** The starting process's end: hears what workers say, can tell them to stop. */
export class ChannelServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #onMessage: (message: WorkerMessage) => void;
  #abortReason: string | null = null;

  private constructor(onMessage: (message: WorkerMessage) => void) {
    this.#onMessage = onMessage;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async listen(path: string, onMessage: (message: WorkerMessage) => void): Promise<ChannelServer> {
    const channel = new ChannelServer(onMessage);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    channel.#server.once('error', reject);
    channel.#server.listen(path, resolve);
    await promise;
    return channel;
  }

  /** Every worker that is connected, and every one that connects later, is told to stop. */
  abort(reason: string): void {
    this.#abortReason = reason;
    for (const socket of this.#sockets) socket.write(encode({ type: 'abort', reason }));
  }

  /** Resolves once no worker is connected and all that was said has been heard. */
  async drained(): Promise<void> {
    await Promise.all([...this.#sockets].map((socket) => once(socket, 'close')));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    await promise;
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setEncoding('utf8');
    socket.on('data', messageReader<WorkerMessage>(this.#onMessage));
    // A worker that dies in the middle of a sentence is noticed by its exit code, not here.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    const reason = this.#abortReason;
    socket.write(encode(reason === null ? { type: 'welcome' } : { type: 'abort', reason }));
  }
}
