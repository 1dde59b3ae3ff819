import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { HEALER_CHART } from '../real-cluster/render-chart.ts';

const PROGRAM = join(HEALER_CHART, 'files', 'test.mjs');
const METRICS = ['healer_shards', 'healer_policies', 'healer_queue_depth', 'healer_watch_age_seconds'];

/** A healer whose first connections are cut, as in a network that does not know a new pod yet. */
function healer(cut: number, readiness: number): { readonly server: Server; readonly asked: string[] } {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(request.url === '/readyz' ? readiness : 200).end(METRICS.map((name) => `${name} 1`).join('\n'));
  });
  let left = cut;
  server.on('connection', (socket) => {
    left -= 1;
    if (left >= 0) socket.destroy();
  });
  return { server, asked };
}

describe('what helm test runs', () => {
  let server: Server;

  afterEach(() => new Promise((resolve) => server.close(resolve)));

  async function test(): Promise<{ readonly exitCode: number; readonly said: string }> {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const env = { HEALER_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, RIGHTS: '[]' };
    return new Promise((resolve) => {
      execFile(process.execPath, [PROGRAM], { env }, (error, stdout, stderr) => {
        resolve({ exitCode: error === null ? 0 : Number(error.code), said: stdout + stderr });
      });
    });
  }

  it('asks again where no connection comes about, as a network policy holds before it knows a new pod', async () => {
    ({ server } = healer(4, 200));
    expect(await test()).toEqual({ exitCode: 0, said: 'ready, with metrics and 0 rights\n' });
  });

  it('takes an answer for an answer', async () => {
    const { server: sick, asked } = healer(0, 503);
    server = sick;
    expect(await test()).toEqual({ exitCode: 1, said: expect.stringMatching(/^\/readyz says 503: /) });
    expect(asked.sort()).toEqual(['/metrics', '/readyz']);
  });
});
