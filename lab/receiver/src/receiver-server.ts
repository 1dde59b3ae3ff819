import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readBody } from './body.ts';
import type { Receiver, Reply } from './receiver.ts';

/** What is waiting for an answer that never comes is let go of after this. */
const HANG_MS = 60_000;
const NOT_FOUND: Reply = { status: 404, body: 'not found' };
const TOO_LARGE: Reply = { status: 413, body: 'too large' };

/** `POST /slack`, `/alertmanager` and `/behaviour`, `GET /messages?since=` and `/healthz`; resolves once it listens. */
export function serveReceiver(port: number, receiver: Receiver): Promise<Server> {
  const server = createServer((request, response) => {
    answer(request, receiver)
      .then((reply) => send(response, reply))
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.setTimeout(HANG_MS);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, () => resolve(server));
  });
}

function send(response: ServerResponse, reply: Reply | undefined): void {
  if (reply !== undefined) response.writeHead(reply.status, reply.headers).end(reply.body);
}

async function answer(request: IncomingMessage, receiver: Receiver): Promise<Reply | undefined> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://receiver');
  switch (`${request.method} ${pathname}`) {
    case 'GET /healthz':
      return { status: 200, body: 'ok' };
    case 'GET /messages':
      return receiver.messages(searchParams.get('since'));
    case 'POST /slack':
      return withBody(request, (text) => receiver.slack(text));
    case 'POST /alertmanager':
      return withBody(request, (text) => receiver.alertmanager(text));
    case 'POST /behaviour':
      return withBody(request, (text) => receiver.behave(text));
    default:
      return NOT_FOUND;
  }
}

async function withBody(
  request: IncomingMessage,
  take: (text: string) => Reply | undefined,
): Promise<Reply | undefined> {
  const text = await readBody(request);
  return text === undefined ? TOO_LARGE : take(text);
}
