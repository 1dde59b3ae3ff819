import type { ProbeSeries } from '../../experiment/evidence/evidence.ts';
import type { RawSeries } from '../../experiment/evidence/raw-series.ts';
import { liveResolutionMs, probeResolutionMs } from '../../experiment/probes/resolution.ts';
import { markStale, STALE_AFTER_SCRAPES } from '../../experiment/probes/staleness.ts';
import type { MetricsSource, ScrapeTarget } from '../../ports/metrics-source.ts';
import type { LiveProbe, Probe } from '../../scenario/model/scenario.ts';
import { isLive } from '../../scenario/probes/probe-kinds.ts';
import { type AnalysePromql, type PromqlAnalysis, selectorsOf } from '../../scenario/promql/analysis.ts';
import type { LiveSampler } from './live-sampler.ts';

export const STEP_MS = 1_000;

interface SelectorData {
  readonly selector: string;
  readonly series: readonly RawSeries[];
}

/** A series with the raw points that its samples rest on; a probe that is sampled has none. */
interface CollectedSeries {
  readonly series: ProbeSeries;
  readonly scrapeIntervalMs: number;
  readonly raw: readonly SelectorData[];
}

/** Where probes are answered: PromQL at any time, everything else only as it was sampled. */
export interface ProbeSources {
  readonly metrics: MetricsSource;
  readonly sampler: LiveSampler;
  readonly analysePromql: AnalysePromql;
}

function sampledSeries(sampler: LiveSampler, probe: LiveProbe, fromMs: number, toMs: number): ProbeSeries {
  const { everyMs } = probe;
  const samples = sampler.samples(probe, fromMs, toMs);
  return { probe, resolutionMs: liveResolutionMs(everyMs), stepMs: everyMs, samples };
}

/** Values of one probe without the look at the raw points; good enough to know when to stop watching, not to judge. */
export async function liveSeries(
  { metrics, sampler, analysePromql }: ProbeSources,
  probe: Probe,
  fromMs: number,
  toMs: number,
  signal: AbortSignal,
): Promise<ProbeSeries> {
  if (isLive(probe)) return sampledSeries(sampler, probe, fromMs, toMs);
  const samples = await metrics.range(probe.query, fromMs, toMs, STEP_MS, signal);
  return { probe, resolutionMs: resolutionOf(analysePromql(probe.query), STEP_MS), stepMs: STEP_MS, samples };
}

/** What is judged: every sample at its aligned time, checked against the age of the raw points behind it. */
export async function collectSeries(
  { metrics, sampler, analysePromql }: ProbeSources,
  probe: Probe,
  targets: readonly ScrapeTarget[],
  fromMs: number,
  toMs: number,
): Promise<CollectedSeries> {
  if (isLive(probe)) {
    return { series: sampledSeries(sampler, probe, fromMs, toMs), scrapeIntervalMs: probe.everyMs, raw: [] };
  }
  const analysis = analysePromql(probe.query);
  const samples = await metrics.range(probe.query, fromMs, toMs, STEP_MS);
  const scrapeMs = scrapeIntervalOf(targets);
  const rawFromMs = fromMs - analysis.reachMs - STALE_AFTER_SCRAPES * scrapeMs;
  const raw = await Promise.all(
    selectorsOf(analysis).map(async (selector) => ({
      selector,
      series: await metrics.raw(selector, rawFromMs, toMs),
    })),
  );
  const jobs = new Set(raw.flatMap(({ series }) => series.map(({ labels }) => labels.job ?? '')));
  const configuredMs = scrapeIntervalOf(targets.filter((target) => jobs.has(target.job)));
  const intervalMs = trueIntervalMs(
    configuredMs,
    raw.flatMap(({ series }) => series),
  );
  const checked = markStale(samples, raw, intervalMs);
  const resolutionMs = resolutionOf(analysis, intervalMs);
  return { series: { probe, resolutionMs, stepMs: STEP_MS, samples: checked }, scrapeIntervalMs: intervalMs, raw };
}

/** cAdvisor looks at a container about every ten seconds; between its looks a scrape gives the old value again. */
const CADVISOR_REFRESH_MS = 10_000;
const CADVISOR_METRIC = /^(?:container|machine)_|__name__=~?"(?:container|machine)_/;

function exporterRefreshMs(analysis: PromqlAnalysis): number {
  return selectorsOf(analysis).some((selector) => CADVISOR_METRIC.test(selector)) ? CADVISOR_REFRESH_MS : 0;
}

function resolutionOf(analysis: PromqlAnalysis, scrapeIntervalMs: number): number {
  return probeResolutionMs({
    scrapeIntervalMs,
    exporterRefreshMs: exporterRefreshMs(analysis),
    queryStepMs: STEP_MS,
    longestRangeMs: analysis.reachMs,
    ruleIntervalMs: 0,
  });
}

/** Points that are so many configured intervals apart were not just scraped a little late. */
const LONGER_THAN_TOLD = 1.5;

/** A series of a recording rule or of another Prometheus has points further apart than any target here is scraped. */
export function trueIntervalMs(configuredMs: number, series: readonly RawSeries[]): number {
  const observedMs = Math.max(0, ...series.map(({ points }) => medianGapMs(points.map((point) => point.atMs))));
  return observedMs > LONGER_THAN_TOLD * configuredMs ? observedMs : configuredMs;
}

function medianGapMs(timesMs: readonly number[]): number {
  const gapsMs = timesMs.slice(1).map((timeMs, index) => timeMs - (timesMs[index] ?? timeMs));
  return gapsMs.sort((a, b) => a - b)[Math.floor(gapsMs.length / 2)] ?? 0;
}

function scrapeIntervalOf(targets: readonly ScrapeTarget[]): number {
  return Math.max(STEP_MS, ...targets.map((target) => target.scrapeIntervalMs));
}
