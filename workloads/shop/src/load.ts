import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { get } from './get.ts';
import type { RunningRole } from './role.ts';
import { Service } from './service.ts';
import type { Settings } from './settings.ts';

export type LoadSettings = Pick<Settings, 'port' | 'frontUrl' | 'frontTimeoutMs' | 'requestsPerSecond' | 'maxInFlight'>;

const ITEMS = 20;
const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 2];

export interface RunningLoad extends RunningRole {
  /** One client asks for one item; resolves when it has its answer, or has none. */
  shop(): Promise<void>;
}

/** Clients at a steady rate that does not slow down when the shop does, and what they experience. */
export async function startLoad(settings: LoadSettings): Promise<RunningLoad> {
  const registry = new Registry();
  const registers = [registry];
  const total = new Counter({
    name: 'shop_requests_total',
    help: 'Requests of clients, by whether they got what they asked for.',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of ['ok', 'error']) total.inc({ outcome }, 0);
  const duration = new Histogram({
    name: 'shop_request_duration_seconds',
    help: 'Time until a client had its answer, or gave up.',
    buckets: BUCKETS_SECONDS,
    registers,
  });
  const inFlight = new Gauge({ name: 'shop_requests_in_flight', help: 'Clients that wait for an answer.', registers });
  const { hostname: host, port: frontPort } = new URL(settings.frontUrl);
  const waiting = new Set<Promise<void>>();
  let turn = 0;

  async function ask(): Promise<void> {
    const startedAtMs = performance.now();
    turn = (turn + 1) % ITEMS;
    const path = `/item?id=item-${turn}`;
    const reply = await get({ host, port: Number(frontPort), path, timeoutMs: settings.frontTimeoutMs });
    total.inc({ outcome: reply.outcome === 'ok' ? 'ok' : 'error' });
    duration.observe((performance.now() - startedAtMs) / 1000);
  }

  async function shop(): Promise<void> {
    // A client that is turned away because all wait already is a failure to it, not a request that never was.
    if (waiting.size >= settings.maxInFlight) return total.inc({ outcome: 'error' });
    const asking = ask();
    waiting.add(asking);
    inFlight.set(waiting.size);
    await asking.finally(() => waiting.delete(asking));
    inFlight.set(waiting.size);
  }

  const service = new Service(registry, async () => undefined);
  const port = await service.listen(settings.port);
  const clients = setInterval(shop, 1000 / settings.requestsPerSecond);

  async function stop(): Promise<void> {
    service.drain();
    clearInterval(clients);
    await Promise.all(waiting);
    await service.close();
  }
  return { port, stop, shop };
}
