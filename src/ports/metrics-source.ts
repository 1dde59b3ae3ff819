import type { Sample } from '../experiment/evidence/evidence.ts';
import type { RawSeries } from '../experiment/evidence/raw-series.ts';

export interface ScrapeTarget {
  readonly job: string;
  readonly up: boolean;
  readonly lastScrapeAtMs: number;
  readonly scrapeIntervalMs: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** Where probes are answered. Nothing here may turn silence into a value: what is missing comes back as a problem. */
export interface MetricsSource {
  /** One sample at an explicit time; every failure is a `problem`, never a throw (aborts excepted). */
  sample(query: string, atMs: number, signal?: AbortSignal): Promise<Sample>;
  /** Samples at the explicit aligned times `fromMs, fromMs + stepMs, … ≤ toMs`. */
  range(query: string, fromMs: number, toMs: number, stepMs: number, signal?: AbortSignal): Promise<Sample[]>;
  /** Raw points behind a selector in (fromMs, toMs]; throws MetricsError. */
  raw(selector: string, fromMs: number, toMs: number, signal?: AbortSignal): Promise<RawSeries[]>;
  /** Active scrape targets; throws MetricsError. */
  targets(signal?: AbortSignal): Promise<ScrapeTarget[]>;
  version(signal?: AbortSignal): Promise<string>;
}
