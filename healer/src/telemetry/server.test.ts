import type { Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { portOf, serve } from './server.ts';

describe('the HTTP endpoints', () => {
  let server: Server;
  let dead: string | undefined;
  let unready: string | undefined;

  beforeEach(async () => {
    dead = undefined;
    unready = undefined;
    server = await serve(0, {
      dead: () => dead,
      unready: () => unready,
      metrics: async () => ({ body: 'healer_shards 8\n', contentType: 'text/plain; version=0.0.4' }),
    });
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  async function get(path: string): Promise<[number, string]> {
    const response = await fetch(`http://127.0.0.1:${portOf(server)}${path}`);
    return [response.status, await response.text()];
  }

  it('answer 200 while all is well', async () => {
    expect(await get('/healthz')).toEqual([200, 'ok\n']);
    expect(await get('/readyz?verbose')).toEqual([200, 'ok\n']);
    expect(await get('/metrics')).toEqual([200, 'healer_shards 8\n']);
  });

  it('answer 503 with the reason when it is not, each for itself', async () => {
    unready = 'no policies are loaded';
    expect(await get('/readyz')).toEqual([503, 'no policies are loaded\n']);
    expect(await get('/healthz')).toEqual([200, 'ok\n']);
    dead = 'nothing was checked for 20000 ms';
    expect(await get('/healthz')).toEqual([503, 'nothing was checked for 20000 ms\n']);
  });

  it('know nothing else', async () => {
    expect((await get('/'))[0]).toBe(404);
  });
});
