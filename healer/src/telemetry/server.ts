import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Endpoints {
  /** Text of `/metrics` and its content type. */
  metrics(): Promise<{ readonly body: string; readonly contentType: string }>;
  /** Why the process should be restarted; undefined while it is well. */
  dead(): string | undefined;
  /** Why the healer cannot do its work; undefined while it can. */
  unready(): string | undefined;
}

/** Serves `/metrics`, `/healthz` and `/readyz`; resolves with the server once it listens. */
export function serve(port: number, endpoints: Endpoints): Promise<Server> {
  const server = createServer((request, response) => {
    answer(request.url ?? '', response, endpoints).catch((error: unknown) => {
      response.writeHead(500).end(error instanceof Error ? error.message : String(error));
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, () => resolve(server));
  });
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function answer(url: string, response: ServerResponse, endpoints: Endpoints): Promise<void> {
  const [path] = url.split('?');
  if (path === '/healthz') return say(response, endpoints.dead());
  if (path === '/readyz') return say(response, endpoints.unready());
  if (path !== '/metrics') {
    response.writeHead(404).end('not found\n');
    return;
  }
  const { body, contentType } = await endpoints.metrics();
  response.writeHead(200, { 'content-type': contentType }).end(body);
}

function say(response: ServerResponse, trouble: string | undefined): void {
  response.writeHead(trouble === undefined ? 200 : 503, { 'content-type': 'text/plain' }).end(`${trouble ?? 'ok'}\n`);
}
