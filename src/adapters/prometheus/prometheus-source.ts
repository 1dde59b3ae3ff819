import { MetricsError, messageOf } from '../../errors.ts';
import type { Sample } from '../../experiment/evidence/evidence.ts';
import type { RawSeries } from '../../experiment/evidence/raw-series.ts';
import type { MetricsSource, ScrapeTarget } from '../../ports/metrics-source.ts';
import { type Authorize, NO_CREDENTIALS } from '../http/authorization.ts';
import { alignedTimes, samplesAt } from './interpret.ts';
import { instantSeries, matrixSeries, PrometheusApi } from './prometheus-api.ts';

interface ActiveTarget {
  readonly labels: Readonly<Record<string, string>>;
  readonly health: string;
  readonly lastScrape: string;
  readonly scrapeInterval: string;
}

/** Prometheus behind the metrics port. */
export class PrometheusSource implements MetricsSource {
  readonly #api: PrometheusApi;
  readonly #url: string;

  constructor(url: string, authorize: Authorize | null = null) {
    this.#url = url;
    this.#api = new PrometheusApi(url, authorize ?? NO_CREDENTIALS);
  }

  async sample(query: string, atMs: number, signal?: AbortSignal): Promise<Sample> {
    const form = { query, time: seconds(atMs) };
    const read = async (): Promise<RawSeries[]> => instantSeries(await this.#api.query('query', form, signal), atMs);
    const samples = await this.#samples([atMs], signal, read);
    return samples[0] ?? failed(atMs, 'no sample');
  }

  async range(query: string, fromMs: number, toMs: number, stepMs: number, signal?: AbortSignal): Promise<Sample[]> {
    const times = alignedTimes(fromMs, toMs, stepMs);
    const [first] = times;
    const last = times.at(-1);
    if (first === undefined || last === undefined) return [];
    const form = { query, start: seconds(first), end: seconds(last), step: seconds(stepMs) };
    return this.#samples(times, signal, async () => matrixSeries(await this.#api.query('query_range', form, signal)));
  }

  async raw(selector: string, fromMs: number, toMs: number, signal?: AbortSignal): Promise<RawSeries[]> {
    const query = `${selector}[${Math.max(1, Math.ceil((toMs - fromMs) / 1000))}s]`;
    const form = { query, time: seconds(toMs) };
    return this.#ask(signal, async () => matrixSeries(await this.#api.query('query', form, signal)));
  }

  async targets(signal?: AbortSignal): Promise<ScrapeTarget[]> {
    return this.#ask(signal, async () => {
      const { activeTargets } = (await this.#api.get('targets?state=active', signal)) as Record<string, ActiveTarget[]>;
      return (activeTargets ?? []).map(targetOf);
    });
  }

  async version(signal?: AbortSignal): Promise<string> {
    const info = await this.#ask(signal, () => this.#api.get('status/buildinfo', signal));
    return (info as { readonly version: string }).version;
  }

  async #samples(
    times: readonly number[],
    signal: AbortSignal | undefined,
    read: () => Promise<RawSeries[]>,
  ): Promise<Sample[]> {
    try {
      return samplesAt(times, await this.#ask(signal, read));
    } catch (error: unknown) {
      signal?.throwIfAborted();
      if (!(error instanceof MetricsError)) throw error;
      return times.map((atMs) => failed(atMs, error.message));
    }
  }

  async #ask<T>(signal: AbortSignal | undefined, read: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    try {
      return await read();
    } catch (error: unknown) {
      signal?.throwIfAborted();
      throw new MetricsError(`Prometheus at ${this.#url}: ${messageOf(error)}`, {
        cause: error,
        hint: 'Is Prometheus running and reachable? `healproof status` shows its address.',
      });
    }
  }
}

function targetOf({ labels, health, lastScrape, scrapeInterval }: ActiveTarget): ScrapeTarget {
  return {
    job: labels.job ?? '',
    up: health === 'up',
    lastScrapeAtMs: new Date(lastScrape).getTime(),
    scrapeIntervalMs: goDurationMs(scrapeInterval),
    labels,
  };
}

function seconds(ms: number): string {
  return String(ms / 1000);
}

function failed(atMs: number, detail: string): Sample {
  return { atMs, value: null, problem: 'QUERY_FAILED', detail };
}

/** Prometheus prints intervals as Go does: `1s`, `1m30s`, `500ms`. 0 where it gives none. */
function goDurationMs(text: string): number {
  const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g);
  return [...parts].reduce((total, [, amount, unit]) => total + Number(amount) * (unitMs[unit ?? ''] ?? 0), 0);
}
