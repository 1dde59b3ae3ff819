import { cpus, totalmem } from 'node:os';
import { METRICS } from '../../healer/src/names.ts';
import { findPrograms } from '../../test/real-cluster/api-server.ts';
import { HealerProcess } from '../../test/real-cluster/healer-process.ts';
import { type Shop, ShopCluster } from '../../test/real-cluster/shop-cluster.ts';

/**
 * How long after a replica's end another one acts on its shards, with the settings that are shipped, against a real
 * kube-apiserver. Usage: node bench/healer/takeover.ts [rounds]
 */
const rounds = Number(process.argv[2] ?? 20);
const SHARDS = 8;
const POLL_MS = 50;
const PATIENCE_MS = 60_000;

const programs = findPrograms();
if (typeof programs === 'string') throw new Error(programs);
const cluster = await ShopCluster.start(programs);
const healers: HealerProcess[] = [];
try {
  const shop = await cluster.openShop();
  const killed = await measure(shop, 'SIGKILL', rounds);
  const stopped = await measure(shop, 'SIGTERM', Math.ceil(rounds / 2));
  process.stdout.write(
    [
      `machine: ${cpus().length} × ${cpus()[0]?.model ?? '?'}, ${(totalmem() / 1024 ** 3).toFixed(0)} GiB`,
      '| until another replica acts on all its shards, s | n | p50 | p95 | max |',
      '| --- | --- | --- | --- | --- |',
      row('replica killed', killed),
      row('replica stopped in order', stopped),
      '',
    ].join('\n'),
  );
} finally {
  for (const healer of healers) await healer.kill();
  await cluster.stop();
}

async function measure(shop: Shop, signal: 'SIGKILL' | 'SIGTERM', times: number): Promise<number[]> {
  const seconds: number[] = [];
  for (let round = 0; round < times; round += 1) {
    const survivor = healers.find(({ alive }) => alive) ?? (await start(shop));
    await until('the survivor to be ready', async () => (await survivor.get('/readyz'))?.status === 200);
    const victim = await start(shop);
    await until('the shards to be shared out', async () => (await held(survivor)) === 4 && (await held(victim)) === 4);
    // At another moment between two renewals in every round.
    await pause(Math.random() * 1_500);
    const startedMs = performance.now();
    victim.signal(signal);
    await until('the take-over', async () => (await held(survivor)) === SHARDS);
    seconds.push((performance.now() - startedMs) / 1000);
    await victim.exit();
  }
  return seconds.sort((a, b) => a - b);
}

async function start(shop: Shop): Promise<HealerProcess> {
  const name = `healer-${healers.length}`;
  const environment = await cluster.healerEnvironment(shop, name, cluster.server.url, 'healer-token');
  const healer = new HealerProcess({ ...environment, HEALER_SHARDS: String(SHARDS) });
  healers.push(healer);
  return healer;
}

async function held(healer: HealerProcess): Promise<number> {
  const metrics = (await healer.get('/metrics'))?.text ?? '';
  return metrics.split('\n').filter((line) => line.startsWith(`${METRICS.shardHeld}{`)).length;
}

function row(name: string, values: readonly number[]): string {
  const at = (share: number): string => (values[Math.ceil(values.length * share) - 1] ?? Number.NaN).toFixed(1);
  return `| ${name} | ${values.length} | ${at(0.5)} | ${at(0.95)} | ${at(1)} |`;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > deadlineMs) throw new Error(`waited too long for ${what}`);
    await pause(POLL_MS);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
