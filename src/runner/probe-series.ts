import type { ProbeSeries } from '../experiment/evidence.ts';
import { liveResolutionMs, probeResolutionMs } from '../experiment/resolution.ts';
import type { MetricsSource, RawSeries, ScrapeTarget } from '../ports/metrics-source.ts';
import { longestRangeMs, selectorsOf } from '../scenario/promql.ts';
import type { LiveProbe, Probe, PromqlProbe } from '../scenario/scenario.ts';
import type { LiveSampler } from './live-sampler.ts';
import type { RunContext } from './run-context.ts';
import { markStale, STALE_AFTER_SCRAPES } from './staleness.ts';

export const STEP_MS = 1_000;

interface SelectorData {
  readonly selector: string;
  readonly series: readonly RawSeries[];
}

/** Where probes are answered: PromQL at any time, everything else only as it was sampled. */
export interface ProbeSources {
  readonly metrics: MetricsSource;
  readonly sampler: LiveSampler;
}

export function sourcesOf({ ports, sampler }: RunContext): ProbeSources {
  return { metrics: ports.metrics, sampler };
}

function sampledSeries(sampler: LiveSampler, probe: LiveProbe, fromMs: number, toMs: number): ProbeSeries {
  const { everyMs } = probe;
  const samples = sampler.samples(probe, fromMs, toMs);
  return { probe, resolutionMs: liveResolutionMs(everyMs), stepMs: everyMs, samples };
}

/** Values of one probe without the look at the raw points; good enough to know when to stop watching, not to judge. */
export async function liveSeries(
  { metrics, sampler }: ProbeSources,
  probe: Probe,
  fromMs: number,
  toMs: number,
  signal: AbortSignal,
): Promise<ProbeSeries> {
  if (!('query' in probe)) return sampledSeries(sampler, probe, fromMs, toMs);
  const samples = await metrics.range(probe.query, fromMs, toMs, STEP_MS, signal);
  return { probe, resolutionMs: resolutionOf(probe, STEP_MS), stepMs: STEP_MS, samples };
}

/** What is judged: every sample at its aligned time, checked against the age of the raw points behind it. */
export async function collectSeries(
  { metrics, sampler }: ProbeSources,
  probe: Probe,
  targets: readonly ScrapeTarget[],
  fromMs: number,
  toMs: number,
): Promise<{ readonly series: ProbeSeries; readonly raw: readonly SelectorData[] }> {
  if (!('query' in probe)) return { series: sampledSeries(sampler, probe, fromMs, toMs), raw: [] };
  const samples = await metrics.range(probe.query, fromMs, toMs, STEP_MS);
  const scrapeMs = scrapeIntervalOf(targets);
  const rawFromMs = fromMs - longestRangeMs(probe.query) - STALE_AFTER_SCRAPES * scrapeMs;
  const raw = await Promise.all(
    selectorsOf(probe.query).map(async (selector) => ({
      selector,
      series: await metrics.raw(selector, rawFromMs, toMs),
    })),
  );
  const jobs = new Set(raw.flatMap(({ series }) => series.map(({ labels }) => labels.job ?? '')));
  const intervalMs = scrapeIntervalOf(targets.filter((target) => jobs.has(target.job)));
  const checked = markStale(samples, raw, intervalMs);
  const resolutionMs = resolutionOf(probe, intervalMs);
  return { series: { probe, resolutionMs, stepMs: STEP_MS, samples: checked }, raw };
}

function resolutionOf(probe: PromqlProbe, scrapeIntervalMs: number): number {
  const longestMs = longestRangeMs(probe.query);
  return probeResolutionMs({
    scrapeIntervalMs,
    exporterRefreshMs: 0,
    queryStepMs: STEP_MS,
    longestRangeMs: longestMs,
    ruleIntervalMs: 0,
  });
}

function scrapeIntervalOf(targets: readonly ScrapeTarget[]): number {
  return Math.max(STEP_MS, ...targets.map((target) => target.scrapeIntervalMs));
}
