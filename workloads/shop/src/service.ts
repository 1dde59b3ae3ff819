import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

/** What a role answers to; undefined means that it does not know the path. */
export type Handler = (url: URL) => Promise<Answer | undefined>;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A role's HTTP side: its own paths plus `/healthz`, `/readyz` and `/metrics`. */
export class Service {
  readonly #server: Server;
  readonly #registry: Registry;
  readonly #handler: Handler;
  #draining = false;

  constructor(registry: Registry, handler: Handler) {
    this.#registry = registry;
    this.#handler = handler;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => response.destroy(asError(error)));
    });
  }

  /** Port 0 picks a free one. Resolves to the port. */
  async listen(port: number, host = '0.0.0.0'): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    this.#server.listen(port, host, resolve);
    await promise;
    return (this.#server.address() as AddressInfo).port;
  }

  /** From now on `/readyz` says no, everything else is still answered. */
  drain(): void {
    this.#draining = true;
  }

  /** Finishes the requests under way and stops listening. */
  async close(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeIdleConnections();
    await promise;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://shop');
    // A connection kept open by a scraper would outlive the grace period.
    if (this.#draining) response.shouldKeepAlive = false;
    if (url.pathname === '/metrics') {
      response.setHeader('content-type', this.#registry.contentType);
      response.end(await this.#registry.metrics());
      return;
    }
    const answer = this.#probe(url) ?? (await this.#handler(url)) ?? { status: 404, body: { error: 'no such path' } };
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  }

  #probe(url: URL): Answer | undefined {
    if (url.pathname === '/healthz') return { status: 200, body: { ok: true } };
    if (url.pathname === '/readyz') return { status: this.#draining ? 503 : 200, body: { draining: this.#draining } };
    return undefined;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
