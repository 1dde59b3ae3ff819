import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AlertStore } from './alert-store.ts';
import { readAlerts } from './payload.ts';

export interface AlertServerOptions {
  readonly port: number;
  /** Read for each request, so that a token that was rotated holds at once. */
  readonly token: () => Promise<string>;
  /** PEM; without them it speaks plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly store: Pick<AlertStore, 'receive'>;
  readonly count: (outcome: string, amount?: number) => void;
}

/** More than Alertmanager ever sends for what a healer can look after. */
export const MOST_BYTES = 1024 * 1024;
const TIMEOUT_MS = 5_000;

/** Takes alerts on `POST /alerts`; resolves once it listens. */
export function serveAlerts(options: AlertServerOptions): Promise<Server> {
  const listener: RequestListener = (request, response) => {
    take(request, response, options).catch((error: unknown) => {
      options.count('unreadable');
      if (!response.headersSent) answer(response, 400, error instanceof Error ? error.message : String(error));
    });
  };
  const limits = { requestTimeout: TIMEOUT_MS, headersTimeout: TIMEOUT_MS };
  const server =
    options.tls === undefined
      ? createServer(limits, listener)
      : createTlsServer({ ...limits, ...options.tls }, listener);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, () => resolve(server));
  });
}

async function take(request: IncomingMessage, response: ServerResponse, options: AlertServerOptions): Promise<void> {
  const { count, store } = options;
  if (request.url !== '/alerts') return answer(response, 404, 'not found');
  if (request.method !== 'POST') return answer(response, 405, 'only POST');
  if (!isAuthorized(request.headers.authorization, await options.token())) {
    count('unauthorized');
    return answer(response, 401, 'a bearer token is needed');
  }
  const text = await readBody(request);
  if (text === undefined) {
    count('too-large');
    return answer(response, 413, `at most ${MOST_BYTES} bytes`);
  }
  const read = readAlerts(text);
  if ('problem' in read) {
    count('unreadable');
    return answer(response, 400, read.problem);
  }
  for (const alert of read.alerts) count(store.receive(alert));
  answer(response, 200, 'ok');
}

function answer(response: ServerResponse, code: number, text: string): void {
  // A sender that keeps its connection would tell one replica only, however often it repeats what fires.
  response.writeHead(code, { 'content-type': 'text/plain', connection: 'close' });
  response.end(`${text}\n`);
}

/** Compares digests, so that neither the length nor the place of a difference shows in the time it takes. */
function isAuthorized(header: string | undefined, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return token !== '' && timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`));
}

/** Undefined when it is longer than allowed; what is too long is never kept. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MOST_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}
