import type { ScrapeInterval } from './probe-query.ts';
import type { AnalysePromql } from './promql.ts';
import type { Probe } from './scenario.ts';

/** Distance of the aligned times at which probes are evaluated. */
export const PROBE_STEP_MS = 1_000;

/** Chaos Mesh stamps whole seconds, so an injection is known no better. */
export const INJECTION_RESOLUTION_MS = 1_000;

/** By how much a change may show late in a probe, ms: scrape interval + query step + how far its query looks back. */
export function probeResolutionMs(probe: Probe, analyse: AnalysePromql, scrapeIntervalMs: ScrapeInterval): number {
  const { selectors, reachMs } = analyse(probe.query);
  return Math.max(PROBE_STEP_MS, ...selectors.map(scrapeIntervalMs)) + PROBE_STEP_MS + reachMs;
}
