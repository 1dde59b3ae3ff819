import { once } from 'node:events';
import { globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { stringify } from 'yaml';
import { PrometheusSource } from '../../src/adapters/prometheus/prometheus-source.ts';
import { systemClock } from '../../src/adapters/system-clock/system-clock.ts';
import { type Look, waitUntil } from '../../src/runner/waiting/wait-until.ts';
import { spawnBound } from '../fixtures/bound-process.ts';
import { metricsContract, type OpenMetrics } from './metrics-source.contract.ts';

const parts = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'healproof', 'airgap', 'parts');
const [program] = globSync(join(parts, 'prometheus-*/bin/prometheus'));
if (program === undefined)
  process.stderr.write('skipped: Prometheus was not built yet: the image build puts it into the cache folder\n');

/** Points of the ten seconds before the moment that the contract asks about. */
const HISTORY_MS = 12_000;

describe.skipIf(program === undefined)('the runner', () => {
  metricsContract('Prometheus', () => start(program ?? ''));
});

/** Scrapes itself every second, as a job of one target and as one of two. */
async function start(prometheus: string): Promise<OpenMetrics> {
  const dir = await mkdtemp(join(tmpdir(), 'healproof-prometheus-'));
  const address = `127.0.0.1:${await freePort()}`;
  const job = (name: string, ...labels: readonly string[]) => ({
    job_name: name,
    static_configs: labels.map((which) => ({ targets: [address], labels: { which } })),
  });
  const config = { global: { scrape_interval: '1s' }, scrape_configs: [job('one', 'a'), job('many', 'b', 'c')] };
  await writeFile(join(dir, 'prometheus.yml'), stringify(config));
  const flags = [`--config.file=${dir}/prometheus.yml`, `--storage.tsdb.path=${dir}/data`];
  const child = spawnBound(prometheus, [...flags, `--web.listen-address=${address}`], { stdio: 'ignore' });
  const metrics = new PrometheusSource(`http://${address}`);
  const { signal } = new AbortController();
  const waiting = { clock: systemClock, what: 'its own points', timeoutMs: 40_000, everyMs: 200, signal };
  await waitUntil(() => scrapedFor(metrics), waiting);
  return {
    metrics,
    // The discard port: nobody listens there.
    gone: new PrometheusSource('http://127.0.0.1:9'),
    oneSeries: 'up{job="one"}',
    manySeries: 'up{job="many"}',
    atMs: Math.floor(Date.now() / 1_000) * 1_000 - 1_000,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await once(child, 'close');
      await rm(dir, { recursive: true });
    },
  };
}

async function scrapedFor(metrics: PrometheusSource): Promise<Look<true>> {
  const { value } = await metrics.sample(`count_over_time(up{job="one"}[${HISTORY_MS / 1_000}s])`, Date.now());
  return (value ?? 0) >= HISTORY_MS / 1_000 - 1 ? { done: true, value: true } : { done: false, seen: `${value}` };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = Object(server.address()) as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
