import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import type { VitalSigns } from './vital-signs.ts';

/** `/healthz`, `/readyz` and `/metrics`; `onScrape` may begin to fetch what the next scrape is to show. */
export function serveStatus(port: number, registry: Registry, signs: VitalSigns, onScrape: () => void): Server {
  const server = createServer((request, response) => {
    if (request.url === '/metrics') onScrape();
    answer(request.url ?? '/', response, registry, signs).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  return server.listen(port);
}

async function answer(path: string, response: ServerResponse, registry: Registry, signs: VitalSigns): Promise<void> {
  switch (path) {
    case '/healthz':
      return say(response, signs.isAlive());
    case '/readyz':
      return say(response, signs.isReady());
    case '/metrics':
      response.setHeader('content-type', registry.contentType);
      response.end(await registry.metrics());
      return;
    default:
      response.writeHead(404).end();
  }
}

function say(response: ServerResponse, isGood: boolean): void {
  response.writeHead(isGood ? 200 : 503).end(isGood ? 'ok' : 'not ok');
}
