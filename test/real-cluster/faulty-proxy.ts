import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  Agent as PlainAgent,
  request as plainRequest,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, Agent as TlsAgent, request as tlsRequest } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** A request that came through, with what became of it. */
export interface PassedRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Text; of a client that does not speak JSON, as helm's, one character for each byte. */
  readonly body: string;
  /** Of the server; undefined while there is none or when it was never asked. */
  status: number | undefined;
}

/**
 * What becomes of a request: `pass` · `cut-before`: the server never sees it · `cut-after`: it was carried out, but the
 * answer is lost · `hang`: the server never sees it and nothing is answered · an answer instead of the server's ·
 * other query parameters for the server.
 */
export type Treatment =
  | 'pass'
  | 'cut-before'
  | 'cut-after'
  | 'hang'
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body: unknown }
  | { readonly query: Readonly<Record<string, string>> };

export interface ProxyOptions {
  /** `http://…` or `https://…` of the API server. */
  readonly upstream: string;
  /** With these the proxy speaks TLS. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  /** Another server for some paths. */
  readonly elsewhere?: (path: string) => string | undefined;
}

export function isWrite({ method }: { readonly method: string }): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH' || method === 'DELETE';
}

export function wasCarriedOut({ status = 0 }: PassedRequest): boolean {
  return status >= 200 && status < 300;
}

/** Stands between a client and the API server and does to single requests, watches and connections what networks do. */
export class FaultyProxy {
  readonly requests: PassedRequest[] = [];
  /** May wait; asked once the whole request has arrived. */
  treat: (request: PassedRequest) => Treatment | Promise<Treatment> = () => 'pass';
  /** Called with the answer's status before the client gets it; may wait. */
  answered: (request: PassedRequest) => void | Promise<void> = () => undefined;
  /** Called with every piece of a watch once it was passed on. */
  watched: (request: PassedRequest, piece: Buffer) => void = () => undefined;
  /** Delay of every piece of a watch, in milliseconds. */
  watchDelayMs = 0;
  connections = 0;
  readonly #options: ProxyOptions;
  readonly #server: ReturnType<typeof createServer> | ReturnType<typeof createTlsServer>;
  readonly #agents = { plain: new PlainAgent({ keepAlive: true }), tls: new TlsAgent({ keepAlive: true }) };
  readonly #sockets = new Set<Socket>();
  readonly #watches = new Set<ServerResponse>();
  #silent = false;

  constructor(options: ProxyOptions) {
    this.#options = options;
    const serve = (incoming: IncomingMessage, response: ServerResponse): void => {
      // Whoever asked may be gone when the answer comes.
      response.on('error', () => undefined);
      this.#serve(incoming, response).catch(() => response.destroy());
    };
    this.#server = options.tls === undefined ? createServer(serve) : createTlsServer(options.tls, serve);
    this.#server.on(options.tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /** Resolves with the address to give to the client. */
  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this.url;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `${this.#options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cutConnections();
    this.#agents.plain.destroy();
    this.#agents.tls.destroy();
    await closed;
  }

  get openWatches(): number {
    return this.#watches.size;
  }

  /** Every connection breaks, as when a proxy in between dies. */
  cutConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  cutWatches(): void {
    for (const watch of this.#watches) watch.destroy();
  }

  /** Connections stay open but watches say nothing more, and their end is not told: half-open. */
  silenceWatches(silent: boolean): void {
    this.#silent = silent;
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://proxy');
    const bytes = await bytesOf(incoming);
    const isText = incoming.headers['content-type'] !== 'application/vnd.kubernetes.protobuf';
    const body = bytes.toString(isText ? 'utf8' : 'latin1');
    const method = incoming.method ?? '';
    const request = { method, path: url.pathname, query: url.searchParams, body };
    const passed: PassedRequest = { ...request, status: undefined };
    this.requests.push(passed);
    const treatment = await this.treat(passed);
    if (treatment === 'hang') return;
    if (treatment === 'cut-before') {
      response.destroy();
      return;
    }
    if (typeof treatment === 'object' && 'status' in treatment) {
      response.writeHead(treatment.status, { 'content-type': 'application/json', ...treatment.headers });
      response.end(JSON.stringify(treatment.body));
      return;
    }
    if (typeof treatment === 'object')
      for (const [key, value] of Object.entries(treatment.query)) url.searchParams.set(key, value);
    await this.#forward(incoming, bytes, `${url.pathname}${url.search}`, passed, response, treatment === 'cut-after');
  }

  async #forward(
    incoming: IncomingMessage,
    sent: Buffer,
    path: string,
    passed: PassedRequest,
    response: ServerResponse,
    loseAnswer: boolean,
  ): Promise<void> {
    const upstream = this.#options.elsewhere?.(passed.path) ?? this.#options.upstream;
    const isTls = upstream.startsWith('https:');
    const send = isTls ? tlsRequest : plainRequest;
    const { connection: _, host: __, 'transfer-encoding': ___, ...headers } = incoming.headers;
    const outgoing = send(new URL(path, upstream), {
      method: passed.method,
      headers,
      agent: isTls ? this.#agents.tls : this.#agents.plain,
      rejectUnauthorized: false,
    });
    // What matters of a failure is told by the promise below; later ones are our own doing.
    outgoing.on('error', () => undefined);
    response.on('close', () => outgoing.destroy());
    outgoing.end(sent);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    if (passed.query.has('watch')) return this.#relayWatch(passed, answer, response);
    const bytes = await bytesOf(answer);
    passed.status = answer.statusCode;
    await this.answered(passed);
    if (loseAnswer) response.destroy();
    else response.writeHead(answer.statusCode ?? 502, answer.headers).end(bytes);
  }

  async #relayWatch(passed: PassedRequest, answer: IncomingMessage, response: ServerResponse): Promise<void> {
    passed.status = answer.statusCode;
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.flushHeaders();
    this.#watches.add(response);
    response.on('close', () => this.#watches.delete(response));
    for await (const piece of answer) {
      if (this.watchDelayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.watchDelayMs));
      if (this.#silent) continue;
      response.write(piece);
      this.watched(passed, piece as Buffer);
    }
    if (!this.#silent) response.end();
  }
}

async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
