import { createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startBack } from './back.ts';
import { type RunningFront, startFront } from './front.ts';
import { type RunningLoad, startLoad } from './load.ts';
import type { ResolveBackends } from './resolve-backends.ts';
import type { RunningRole } from './role.ts';
import type { Backend } from './rotation.ts';

/** Long enough that no timer fires by itself: the tests say when something happens. */
const NEVER_MS = 3_600_000;
/** Long enough for an answer on a busy machine. */
const BACK_TIMEOUT_MS = 400;

const toStop: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of toStop.splice(0).reverse()) await stop();
});

function keep<T extends RunningRole>(role: T): T {
  toStop.push(() => role.stop(0));
  return role;
}

async function back(replica: string): Promise<Backend> {
  const { port } = keep(await startBack({ port: 0, stateFile: undefined }));
  return { replica, host: '127.0.0.1', port };
}

/** Accepts connections and never says a word, as a pod whose answers get lost. */
async function mute(replica: string): Promise<Backend & { readonly called: Promise<void> }> {
  const sockets = new Set<Socket>();
  const called = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    sockets.add(socket);
    called.resolve();
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  toStop.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { replica, host: '127.0.0.1', port: address.port, called: called.promise };
}

async function front(resolve: ResolveBackends, forgetAfterMs = NEVER_MS): Promise<RunningFront> {
  const settings = { port: 0, backTimeoutMs: BACK_TIMEOUT_MS, resolveEveryMs: NEVER_MS, forgetAfterMs };
  return keep(await startFront(settings, resolve));
}

async function load(frontPort: number, maxInFlight = 40): Promise<RunningLoad> {
  const frontUrl = `http://127.0.0.1:${frontPort}`;
  const requestsPerSecond = 1000 / NEVER_MS;
  return keep(await startLoad({ port: 0, frontUrl, frontTimeoutMs: 2_000, requestsPerSecond, maxInFlight }));
}

/** Value of one series as a scraper reads it; null where there is no such series. */
async function metric(role: RunningRole, series: string): Promise<number | null> {
  const text = await (await fetch(`http://127.0.0.1:${role.port}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? null : Number(line.slice(series.length + 1));
}

const calls = (role: RunningRole, replica: string, outcome: string): Promise<number | null> =>
  metric(role, `shop_backend_requests_total{replica="${replica}",outcome="${outcome}"}`);

async function shopTimes(clients: RunningLoad, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) await clients.shop();
}

describe('shop', () => {
  it('shows which replica is cut off, while the others serve and its own probes would pass', async () => {
    const backends = [await back('10.0.0.1'), await mute('10.0.0.2'), await back('10.0.0.3')];
    const shopFront = await front(async () => backends);
    const clients = await load(shopFront.port);

    await shopTimes(clients, 6);

    expect(await calls(shopFront, '10.0.0.1', 'ok')).toBe(2);
    expect(await calls(shopFront, '10.0.0.2', 'timeout')).toBe(2);
    expect(await calls(shopFront, '10.0.0.3', 'ok')).toBe(2);
    for (const healthy of ['10.0.0.1', '10.0.0.3']) {
      expect(await calls(shopFront, healthy, 'timeout')).toBe(0);
      expect(await calls(shopFront, healthy, 'error')).toBe(0);
    }
    expect(await calls(shopFront, '10.0.0.2', 'ok')).toBe(0);
    expect(await metric(clients, 'shop_requests_total{outcome="ok"}')).toBe(4);
    expect(await metric(clients, 'shop_requests_total{outcome="error"}')).toBe(2);
  });

  it('serves everybody again as soon as the cut-off replica has left the name service', async () => {
    const [good, bad] = [await back('10.0.0.1'), await mute('10.0.0.2')];
    let named = [good, bad];
    const shopFront = await front(async () => named);
    const clients = await load(shopFront.port);
    named = [good];
    await shopFront.refresh();

    await shopTimes(clients, 4);

    expect(await metric(clients, 'shop_requests_total{outcome="ok"}')).toBe(4);
    expect(await metric(clients, 'shop_requests_total{outcome="error"}')).toBe(0);
    expect(await metric(shopFront, 'shop_backends')).toBe(1);
  });

  it('starts the counters of a new replica at 0 so that its first failure shows in a rate', async () => {
    const shopFront = await front(async () => [{ replica: '10.0.0.9', host: '127.0.0.1', port: 1 }]);
    for (const outcome of ['ok', 'error', 'timeout']) expect(await calls(shopFront, '10.0.0.9', outcome)).toBe(0);
  });

  it('counts a refused connection as an error, not as a time-out', async () => {
    const shopFront = await front(async () => [{ replica: '10.0.0.9', host: '127.0.0.1', port: 1 }]);
    const reply = await fetch(`http://127.0.0.1:${shopFront.port}/item?id=tea`);
    expect(reply.status).toBe(502);
    expect(await calls(shopFront, '10.0.0.9', 'error')).toBe(1);
    expect(await calls(shopFront, '10.0.0.9', 'timeout')).toBe(0);
  });

  it('drops the series of a replica that is gone for good', async () => {
    let named = [await back('10.0.0.1'), await back('10.0.0.2')];
    const shopFront = await front(async () => named, 0);
    named = named.slice(0, 1);
    await shopFront.refresh();
    expect(await calls(shopFront, '10.0.0.2', 'ok')).toBeNull();
    expect(await calls(shopFront, '10.0.0.1', 'ok')).toBe(0);
  });

  it('keeps calling the last known back ends while the name service does not answer', async () => {
    const good = await back('10.0.0.1');
    let isDown = false;
    const shopFront = await front(async () => {
      if (isDown) throw new Error('queryA ETIMEOUT');
      return [good];
    });
    isDown = true;
    await shopFront.refresh();
    expect((await fetch(`http://127.0.0.1:${shopFront.port}/item?id=tea`)).status).toBe(200);
    expect(await metric(shopFront, 'shop_lookups_total{outcome="error"}')).toBe(1);
  });

  it('fails at once when the name service names nobody', async () => {
    const shopFront = await front(async () => []);
    expect((await fetch(`http://127.0.0.1:${shopFront.port}/item?id=tea`)).status).toBe(503);
    expect(await metric(shopFront, 'shop_backends')).toBe(0);
  });

  it('counts a client that is turned away as a failure', async () => {
    const bad = await mute('10.0.0.2');
    const shopFront = await front(async () => [bad]);
    const clients = await load(shopFront.port, 1);
    await Promise.all([clients.shop(), clients.shop()]);
    expect(await metric(clients, 'shop_requests_total{outcome="error"}')).toBe(2);
    expect(await metric(clients, 'shop_request_duration_seconds_count')).toBe(1);
  });

  it('measures how long a client waited for an answer that never came', async () => {
    const bad = await mute('10.0.0.2');
    const clients = await load((await front(async () => [bad])).port);
    await clients.shop();
    expect(await metric(clients, 'shop_request_duration_seconds_bucket{le="0.05"}')).toBe(0);
    expect(await metric(clients, 'shop_request_duration_seconds_sum')).toBeGreaterThanOrEqual(
      BACK_TIMEOUT_MS / 1000 - 0.005,
    );
  });

  it('answers probes, and refuses what it does not know', async () => {
    const { port } = await back('10.0.0.1');
    const status = async (path: string): Promise<number> => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
    expect(await status('/healthz')).toBe(200);
    expect(await status('/readyz')).toBe(200);
    expect(await status('/item')).toBe(400);
    expect(await status('/admin')).toBe(404);
  });

  it('keeps no connection open while it drains', async () => {
    const shopFront = await startFront(
      { port: 0, backTimeoutMs: BACK_TIMEOUT_MS, resolveEveryMs: NEVER_MS, forgetAfterMs: NEVER_MS },
      async () => [],
    );
    const url = `http://127.0.0.1:${shopFront.port}/readyz`;
    const before = await fetch(url);
    expect([before.status, before.headers.get('connection')]).toEqual([200, 'keep-alive']);
    const stopped = shopFront.stop(200);
    const during = await fetch(url);
    expect([during.status, during.headers.get('connection')]).toEqual([503, 'close']);
    await stopped;
  });

  it('finishes a request under way when it is told to stop', async () => {
    const bad = await mute('10.0.0.2');
    const settings = { port: 0, backTimeoutMs: BACK_TIMEOUT_MS, resolveEveryMs: NEVER_MS, forgetAfterMs: NEVER_MS };
    const shopFront = await startFront(settings, async () => [bad]);
    const underWay = fetch(`http://127.0.0.1:${shopFront.port}/item?id=tea`, { headers: { connection: 'close' } });
    await bad.called;
    const [reply] = await Promise.all([underWay, shopFront.stop(0)]);
    expect(reply.status).toBe(504);
  });
});
