import { createConnection, type Socket } from 'node:net';
import { AbortedError } from '../../errors.ts';
import { type AbortMessage, encode, messageReader, type WorkerMessage } from './protocol.ts';

/** The worker's end. Its signal fires when the other side says so, or is gone: nobody is left to watch the run then. */
export class ChannelClient implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #stop = new AbortController();
  #closing = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on(
      'data',
      messageReader<AbortMessage>(({ reason }) => this.#abort(reason)),
    );
    socket.on('error', (error) => this.#abort(`the healproof process cannot be reached any more: ${error.message}`));
    socket.on('close', () => {
      if (!this.#closing) this.#abort('the healproof process that started this run is gone');
    });
  }

  static async connect(path: string): Promise<ChannelClient> {
    const socket = createConnection(path);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.once('error', reject);
    socket.once('connect', resolve);
    await promise;
    socket.off('error', reject);
    return new ChannelClient(socket);
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  send(message: WorkerMessage): void {
    if (this.#socket.writable) this.#socket.write(encode(message));
  }

  /** Everything that was said has left before this resolves. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true;
    if (this.#socket.destroyed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#socket.once('close', () => resolve());
    this.#socket.end();
    await promise;
  }

  #abort(reason: string): void {
    if (!this.#stop.signal.aborted) this.#stop.abort(new AbortedError(reason));
  }
}
