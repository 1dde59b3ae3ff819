import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findPrograms } from '../real-cluster/api-server.ts';
import { FaultyProxy } from '../real-cluster/faulty-proxy.ts';
import { HealerProcess } from '../real-cluster/healer-process.ts';
import { ShopCluster } from '../real-cluster/shop-cluster.ts';

const programs = findPrograms();
const skip = typeof programs === 'string';
if (typeof programs === 'string') process.stderr.write(`the healer's probes are left out: ${programs}\n`);

const STALE_AFTER_MS = 3_000;
/** How often the test asks, and what an answer may take on a busy machine. */
const SLACK_MS = 1_500;

describe.skipIf(skip)('the probes of a healer that runs', () => {
  let cluster: ShopCluster;
  let proxy: FaultyProxy;
  let healer: HealerProcess;

  beforeAll(async () => {
    if (typeof programs !== 'string') cluster = await ShopCluster.start(programs);
  });
  afterAll(() => cluster.stop());

  beforeEach(async () => {
    const { server } = cluster;
    const shop = await cluster.openShop();
    proxy = new FaultyProxy({ upstream: server.url, tls: { cert: server.certificate, key: server.key } });
    const environment = await cluster.healerEnvironment(shop, 'healer', await proxy.start(), 'admin-token');
    const settings = { HEALER_WATCH_TIMEOUT: '1s', HEALER_WATCH_STALE_AFTER: `${STALE_AFTER_MS}ms` };
    healer = new HealerProcess({ ...environment, ...settings });
    await becomes(200, 20_000);
  });
  afterEach(async () => {
    healer.signal('SIGCONT');
    await healer.kill();
    await proxy.stop();
  });

  async function readiness(): Promise<number | undefined> {
    return (await healer.get('/readyz'))?.status;
  }

  async function becomes(status: number | undefined, timeout: number): Promise<void> {
    await expect.poll(readiness, { timeout, interval: 50 }).toBe(status);
  }

  it.each<[string, (broken: boolean) => void]>([
    ['its watches are half-open', (broken) => proxy.silenceWatches(broken)],
    [
      'the API server is out of reach',
      (broken) => {
        proxy.treat = () => (broken ? 'cut-before' : 'pass');
        if (broken) proxy.cutConnections();
      },
    ],
    [
      'requests get no answer',
      (broken) => {
        proxy.treat = () => (broken ? 'hang' : 'pass');
        if (broken) proxy.cutWatches();
      },
    ],
  ])('say in time that it is not ready when %s, why, and that it is again', async (_title, set) => {
    const brokenAtMs = performance.now();
    set(true);
    await becomes(503, STALE_AFTER_MS + SLACK_MS);
    // Not at the first hiccup: a watch may be that old.
    expect(performance.now() - brokenAtMs).toBeGreaterThan(STALE_AFTER_MS - 1_500);
    expect((await healer.get('/readyz'))?.text).toMatch(/the watch of \w+ is not fresh/);
    expect((await healer.get('/healthz'))?.status).toBe(200);
    set(false);
    await becomes(200, 25_000);
  });

  it('give no answer while the process is frozen, so that it is killed, and are well when it was not', async () => {
    healer.signal('SIGSTOP');
    expect(await healer.get('/healthz', 1_000)).toBeUndefined();
    healer.signal('SIGCONT');
    await becomes(200, 20_000);
    expect((await healer.get('/healthz'))?.status).toBe(200);
  });

  it('say that it is not ready while it stops', async () => {
    // The answer to its last write is withheld, or it would be over too soon to be asked.
    proxy.treat = ({ method }) => (method === 'DELETE' ? 'hang' : 'pass');
    healer.signal('SIGTERM');
    await becomes(503, 2_000);
    expect((await healer.get('/readyz'))?.text).toBe('shutting down\n');
    expect(await healer.exit()).toBe(0);
  });
});
