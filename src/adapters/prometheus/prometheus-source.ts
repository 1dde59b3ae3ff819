import { PrometheusDriver } from 'prometheus-query';
import { MetricsError } from '../../errors.ts';
import type { Sample } from '../../experiment/evidence/evidence.ts';
import type { RawSeries } from '../../experiment/evidence/raw-series.ts';
import type { MetricsSource, ScrapeTarget } from '../../ports/metrics-source.ts';
import { AgentPool, type Authorize } from './credentials.ts';
import { alignedTimes, type SeriesPoints, samplesAt } from './interpret.ts';

const TIMEOUT_MS = 5_000;

interface Matrix {
  readonly resultType: string;
  readonly result: readonly unknown[];
}
interface VectorSample {
  readonly metric: { readonly labels: Record<string, string> };
  readonly value: { readonly time: Date; readonly value: number };
}
interface MatrixSeries {
  readonly metric: { readonly labels: Record<string, string> } | null;
  readonly values: readonly { readonly time: Date; readonly value: number }[];
}
interface ActiveTarget {
  readonly labels: Record<string, string>;
  readonly health: string;
  readonly lastScrape: string | Date;
  readonly discoveredLabels: Readonly<Record<string, string>>;
}

/** The library drops the answer's own field; the interval is also among the labels that discovery gave the target. */
const INTERVAL_LABEL = '__scrape_interval__';

/** Prometheus behind the metrics port, through the `prometheus-query` library. */
export class PrometheusSource implements MetricsSource {
  readonly #driver: PrometheusDriver;
  readonly #url: string;

  constructor(url: string, authorize: Authorize | null = null) {
    this.#url = url;
    this.#driver = new PrometheusDriver({
      endpoint: url,
      timeout: TIMEOUT_MS,
      preferPost: true,
      ...(authorize === null ? {} : { requestInterceptor: { onFulfilled: authorizing(authorize) } }),
    });
  }

  async sample(query: string, atMs: number, signal?: AbortSignal): Promise<Sample> {
    try {
      const answer = await this.#ask(() => this.#driver.instantQuery(query, atMs), signal);
      return samplesAt([atMs], instantSeries(answer, atMs))[0] ?? failed(atMs, 'no sample');
    } catch (error: unknown) {
      return this.#problemOrAbort(error, [atMs], signal)[0] ?? failed(atMs, 'no sample');
    }
  }

  async range(query: string, fromMs: number, toMs: number, stepMs: number, signal?: AbortSignal): Promise<Sample[]> {
    const times = alignedTimes(fromMs, toMs, stepMs);
    const [first] = times;
    const last = times.at(-1);
    if (first === undefined || last === undefined) return [];
    try {
      const answer = await this.#ask(() => this.#driver.rangeQuery(query, first, last, stepMs / 1000), signal);
      return samplesAt(times, matrixSeries(answer));
    } catch (error: unknown) {
      return this.#problemOrAbort(error, times, signal);
    }
  }

  async raw(selector: string, fromMs: number, toMs: number, signal?: AbortSignal): Promise<RawSeries[]> {
    const rangeSeconds = Math.max(1, Math.ceil((toMs - fromMs) / 1000));
    const answer = await this.#ask(() => this.#driver.instantQuery(`${selector}[${rangeSeconds}s]`, toMs), signal);
    return matrixSeries(answer);
  }

  async targets(signal?: AbortSignal): Promise<ScrapeTarget[]> {
    const answer = await this.#ask(() => this.#driver.targets('active' as never), signal);
    const { activeTargets } = answer as unknown as { activeTargets: readonly ActiveTarget[] };
    return activeTargets.map((target) => ({
      job: target.labels.job ?? '',
      up: target.health === 'up',
      lastScrapeAtMs: new Date(target.lastScrape).getTime(),
      scrapeIntervalMs: goDurationMs(target.discoveredLabels[INTERVAL_LABEL] ?? ''),
      labels: target.labels,
    }));
  }

  async version(signal?: AbortSignal): Promise<string> {
    const info = await this.#ask(() => this.#driver.statusBuildinfo() as Promise<{ version: string }>, signal);
    return info.version;
  }

  /** The library rejects with plain objects, also for refused connections; here they become `MetricsError`. */
  async #ask<T>(call: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    signal?.throwIfAborted();
    try {
      return await call();
    } catch (error: unknown) {
      signal?.throwIfAborted();
      throw new MetricsError(`Prometheus at ${this.#url}: ${describe(error)}`, {
        cause: withoutRequest(error),
        hint: 'Is Prometheus running and reachable? `healproof status` shows its address.',
      });
    }
  }

  #problemOrAbort(error: unknown, times: readonly number[], signal: AbortSignal | undefined): Sample[] {
    signal?.throwIfAborted();
    if (!(error instanceof MetricsError)) throw error;
    return times.map((atMs) => failed(atMs, error.message));
  }
}

interface Request {
  readonly headers: { set(name: string, value: string): void };
  httpsAgent?: unknown;
}

function authorizing(authorize: Authorize) {
  const pool = new AgentPool();
  return async <T>(config: T): Promise<T> => {
    const authorization = await authorize();
    const request = config as unknown as Request;
    for (const [name, value] of Object.entries(authorization.headers)) request.headers.set(name, value);
    request.httpsAgent = pool.agentFor(authorization);
    return config;
  };
}

/** The library hands over the request with the failure; it carries the token. */
function withoutRequest(error: unknown): unknown {
  if (error instanceof MetricsError || typeof error !== 'object' || error === null) return error;
  const { original: _original, ...rest } = error as Readonly<Record<string, unknown>>;
  return rest;
}

function failed(atMs: number, detail: string): Sample {
  return { atMs, value: null, problem: 'QUERY_FAILED', detail };
}

function describe(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { message, error: text, errorType } = error as { message?: string; error?: string; errorType?: string };
  return [errorType, text ?? message].filter((part) => part !== undefined && part !== '').join(': ') || 'no answer';
}

function instantSeries(answer: Matrix, atMs: number): SeriesPoints[] {
  if (answer.resultType === 'scalar') {
    const [, value] = answer.result as readonly [number, string];
    return [{ labels: {}, points: [{ atMs, value: Number(value) }] }];
  }
  return (answer.result as readonly VectorSample[]).map(({ metric, value }) => ({
    labels: metric.labels,
    points: [{ atMs, value: value.value }],
  }));
}

function matrixSeries(answer: Matrix): SeriesPoints[] {
  return (answer.result as readonly MatrixSeries[]).map(({ metric, values }) => ({
    labels: metric?.labels ?? {},
    points: values.map(({ time, value }) => ({ atMs: time.getTime(), value })),
  }));
}

/** Prometheus prints intervals as Go does: `1s`, `1m30s`, `500ms`. 0 where it gives none. */
function goDurationMs(text: string): number {
  const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g);
  return [...parts].reduce((total, [, amount, unit]) => total + Number(amount) * (unitMs[unit ?? ''] ?? 0), 0);
}
