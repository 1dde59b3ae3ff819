import { once } from 'node:events';
import { Agent, type IncomingHttpHeaders, type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls, Agent as TlsAgent } from 'node:https';
import { messageOf } from '../../errors.ts';
import type { Authorization, Authorize } from './authorization.ts';

export interface HttpRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Connections are kept so long without use, ms: less than a server keeps them, which might close one while it is used. */
const IDLE_MS = 4_000;
const MOST_BYTES = 256 * 1024 * 1024;

/** Asks one other side again and again: with what is to be shown by then, over connections that are kept. Redirects are answers. */
export class HttpClient implements Disposable {
  readonly #authorize: Authorize;
  readonly #plain = new Agent({ keepAlive: true, timeout: IDLE_MS });
  #tls = { text: '', agent: new TlsAgent({ keepAlive: true, timeout: IDLE_MS }) };

  constructor(authorize: Authorize) {
    this.#authorize = authorize;
  }

  /** Any status is an answer. @throws Error when none came, or one that is too long. */
  async send({ url, method = 'GET', headers = {}, body, signal }: HttpRequest): Promise<HttpResponse> {
    const authorization = await this.#authorize();
    const agent = authorization.agent ?? (url.startsWith('https:') ? this.#tlsAgent(authorization) : this.#plain);
    const send = url.startsWith('https:') ? requestTls : requestPlain;
    // Node leaves it out where a body is unusual, and the other side would take the body for the next request.
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const request = send(url, { method, headers: { ...headers, ...length, ...authorization.headers }, agent, signal });
    try {
      request.end(body);
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      return { status: response.statusCode ?? 0, headers: response.headers, text: await textOf(response) };
    } catch (error: unknown) {
      request.destroy();
      throw explained(error);
    }
  }

  [Symbol.dispose](): void {
    this.#plain.destroy();
    this.#tls.agent.destroy();
  }

  /** One pool of connections for as long as the certificates stay the same. */
  #tlsAgent({ tls }: Authorization): TlsAgent {
    const text = JSON.stringify(tls);
    if (text === this.#tls.text) return this.#tls.agent;
    this.#tls.agent.destroy();
    const given = Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));
    this.#tls = { text, agent: new TlsAgent({ keepAlive: true, timeout: IDLE_MS, ...given }) };
    return this.#tls.agent;
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += (chunk as Buffer).byteLength;
    if (bytes > MOST_BYTES) throw new Error(`its answer is longer than ${MOST_BYTES} bytes`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

/** A host of several addresses fails with as many errors and no message of its own; what is aborted hides its reason. */
function explained(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (error instanceof AggregateError && error.message === '') return new Error(error.errors.map(messageOf).join(', '));
  return error.name === 'AbortError' && error.cause instanceof Error ? error.cause : error;
}
