import { MetricsError } from '../../src/errors.ts';
import type { Sample } from '../../src/experiment/evidence/evidence.ts';
import type { RawSeries } from '../../src/experiment/evidence/raw-series.ts';
import type { MetricsSource, ScrapeTarget } from '../../src/ports/metrics-source.ts';

/** The values that a query returns at a time, one for each series; null for one that cannot be parsed. */
export type Answer = (atMs: number) => readonly number[] | null;

/** A Prometheus that knows a few queries by heart; everything else returns nothing. */
export class FakeMetrics implements MetricsSource {
  readonly #answers = new Map<string, Answer>();
  readonly #raw = new Map<string, readonly RawSeries[]>();
  scrapeTargets: readonly ScrapeTarget[] = [];
  /** Nobody answers at its address. */
  isGone = false;
  /** Given for queries that are not known by heart. */
  otherwise: Answer = () => [];

  answer(query: string, answer: readonly number[] | Answer | null): this {
    this.#answers.set(query, typeof answer === 'function' ? answer : () => answer);
    return this;
  }

  points(selector: string, series: readonly RawSeries[]): this {
    this.#raw.set(selector, series);
    return this;
  }

  async sample(query: string, atMs: number, signal?: AbortSignal): Promise<Sample> {
    signal?.throwIfAborted();
    return this.#sample(query, atMs);
  }

  async range(query: string, fromMs: number, toMs: number, stepMs: number, signal?: AbortSignal): Promise<Sample[]> {
    signal?.throwIfAborted();
    const samples: Sample[] = [];
    for (let atMs = Math.ceil(fromMs / stepMs) * stepMs; atMs <= toMs; atMs += stepMs) {
      samples.push(this.#sample(query, atMs));
    }
    return samples;
  }

  async raw(selector: string, fromMs: number, toMs: number): Promise<RawSeries[]> {
    this.#mustAnswer();
    return (this.#raw.get(selector) ?? []).map(({ labels, points }) => ({
      labels,
      points: points.filter(({ atMs }) => atMs > fromMs && atMs <= toMs),
    }));
  }

  async targets(): Promise<ScrapeTarget[]> {
    this.#mustAnswer();
    return [...this.scrapeTargets];
  }

  async version(): Promise<string> {
    this.#mustAnswer();
    return '3.7.3';
  }

  #mustAnswer(): void {
    if (this.isGone) throw new MetricsError('connection refused');
  }

  #sample(query: string, atMs: number): Sample {
    if (this.isGone) return { atMs, value: null, problem: 'QUERY_FAILED', detail: 'connection refused' };
    const values = (this.#answers.get(query) ?? this.otherwise)(atMs);
    if (values === null) return { atMs, value: null, problem: 'QUERY_FAILED', detail: 'parse error' };
    const [value] = values;
    if (value === undefined) return { atMs, value: null, problem: 'NO_DATA' };
    if (values.length > 1) return { atMs, value: null, problem: 'AMBIGUOUS' };
    return Number.isFinite(value) ? { atMs, value, problem: null } : { atMs, value: null, problem: 'NOT_A_NUMBER' };
  }
}
