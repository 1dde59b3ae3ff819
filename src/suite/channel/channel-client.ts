import { createConnection, type Socket } from 'node:net';
import { AbortedError } from '../../errors.ts';
import { encode, messageReader, type StarterMessage, type WorkerMessage } from './protocol.ts';

const GONE = 'the healproof process that started this run is gone';

/** The worker's end. Its signal fires when the other side says so, or is gone: nobody is left to watch the run then. */
export class ChannelClient implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #stop = new AbortController();
  #closing = false;

  private constructor(socket: Socket, onFirst: () => void) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    const read = messageReader<StarterMessage>((message) => {
      if (message.type === 'abort') this.#abort(message.reason);
      onFirst();
    });
    socket.on('data', read);
    // A killed process hangs up or resets the connection, whichever comes first.
    socket.on('error', (error) => this.#abort(`${GONE}: ${error.message}`));
    socket.on('close', () => {
      if (!this.#closing) this.#abort(GONE);
    });
  }

  /** Resolves once the other side has said whether there is anything left to do. */
  static async connect(path: string): Promise<ChannelClient> {
    const socket = createConnection(path);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('it hung up at once')));
    const client = new ChannelClient(socket, resolve);
    await promise;
    return client;
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
