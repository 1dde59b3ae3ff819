import { liveResolutionMs, probeResolutionMs } from '../../experiment/probes/resolution.ts';
import type { Probe } from '../model/scenario.ts';
import { isLive } from '../probes/probe-kinds.ts';
import type { AnalysePromql } from './analysis.ts';
import type { ScrapeInterval } from './scrape-interval.ts';

/** Distance of the aligned times at which probes are evaluated. */
const QUERY_STEP_MS = 1_000;

/** What the judge will take as a probe's resolution, ms, as far as the scrape intervals are known without a server. */
export function expectedResolutionMs(probe: Probe, analyse: AnalysePromql, scrapeIntervalMs: ScrapeInterval): number {
  if (isLive(probe)) return liveResolutionMs(probe.everyMs);
  const { selectors, reachMs } = analyse(probe.query);
  return probeResolutionMs({
    scrapeIntervalMs: Math.max(QUERY_STEP_MS, ...selectors.map(scrapeIntervalMs)),
    exporterRefreshMs: 0,
    queryStepMs: QUERY_STEP_MS,
    longestRangeMs: reachMs,
    ruleIntervalMs: 0,
  });
}
