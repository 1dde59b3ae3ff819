import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getDirectly } from './direct-http.ts';

let server: Server;
let origin: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/hangs') return;
    if (request.url === '/cut') request.socket.destroy();
    if (request.url === '/trickles') {
      response.write('beginning');
      return;
    }
    const isLarge = request.url === '/large';
    response.writeHead(request.url === '/elsewhere' ? 302 : 200, { location: '/' });
    response.end(isLarge ? 'x'.repeat(200_000) : 'all ok');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Somebody listened there a moment ago. */
async function closedPort(): Promise<string> {
  const brief = createServer().listen(0, '127.0.0.1');
  await once(brief, 'listening');
  const { port } = brief.address() as AddressInfo;
  brief.close();
  await once(brief, 'close');
  return `http://127.0.0.1:${port}/`;
}

const { signal } = new AbortController();
const get = (path: string, timeoutMs = 2_000) => getDirectly(`${origin}${path}`, timeoutMs, signal);

describe('getDirectly', () => {
  it('gives status and body', async () => {
    expect(await get('/')).toEqual({ kind: 'answer', status: 200, body: 'all ok' });
  });

  it('does not follow redirects', async () => {
    expect(await get('/elsewhere')).toMatchObject({ status: 302 });
  });

  it('does not ask another path than the one that is written', async () => {
    expect(await get('/elsewhere/..')).toMatchObject({ kind: 'unknown' });
  });

  it('reads the beginning of a large body alone', async () => {
    const answer = await get('/large');
    expect(answer.kind === 'answer' ? answer.body.length : 0).toBe(65_536);
  });

  it.each(['/hangs', '/trickles', '/cut'])('takes a server that does not finish (%s) for silent', async (path) => {
    expect(await get(path, 200)).toMatchObject({ kind: 'silence' });
  });

  it('takes a closed port for silence, and a name that nobody knows for nothing at all', async () => {
    expect(await getDirectly(await closedPort(), 2_000, signal)).toMatchObject({ kind: 'silence' });
    expect(await getDirectly('http://name.invalid/', 2_000, signal)).toMatchObject({ kind: 'unknown' });
  });

  it('ends with the signal', async () => {
    const stop = new AbortController();
    const asking = getDirectly(`${origin}/hangs`, 5_000, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(asking).rejects.toThrow('stopped');
  });
});
