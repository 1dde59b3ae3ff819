import type { Scenario } from '../../scenario/model/scenario.ts';
import { analyseRun } from '../analysis/run-analysis.ts';
import type { Evidence, Instant, ProbeSeries } from '../evidence/evidence.ts';
import { MAX_SIGHTING_GAP_MS } from '../fault/fault-active.ts';
import { type Course, courseOf, holdMs } from '../probes/recovery-window.ts';
import { timeSeriesOf } from '../probes/time-series.ts';
import { awaitsSignals } from '../signals/signal-claims.ts';

/** How the probes have done since `startMs`, from samples asked for up to `toMs` (epoch ms). */
function courseSince(probes: readonly ProbeSeries[], startMs: number, toMs: number, stableForMs: number): Course {
  const fromMs = Math.min(startMs, ...probes.flatMap((series) => series.samples.map((sample) => sample.atMs)));
  return courseOf(
    probes.map((series) => timeSeriesOf(series, fromMs, toMs)),
    startMs,
    stableForMs,
  );
}

/** When the steady state had come back for good after having been lost; null while it has not, or never left. Epoch ms. */
export function stableSince(
  probes: readonly ProbeSeries[],
  startMs: number,
  toMs: number,
  stableForMs: number,
): number | null {
  const course = courseSince(probes, startMs, toMs, stableForMs);
  return course.stableSeenAtMs === null ? null : course.restoredSeenAtMs;
}

/** The latest time, epoch ms, until which, counted from the last injection, observation can still teach something about the claim. */
export function observeUntilMs(
  scenario: Scenario,
  injected: Instant,
  probes: readonly Pick<ProbeSeries, 'resolutionMs' | 'stepMs'>[],
  clockSkewMs: number,
): number {
  const { withinMs, stableForMs } = scenario.recovery;
  const slowestMs = Math.max(0, ...probes.map((series) => series.resolutionMs + 2 * series.stepMs));
  return injected.latestMs + withinMs + holdMs(probes, stableForMs) + slowestMs + clockSkewMs;
}

/**
 * Whether the runner may stop observing: the steady state is back and stable and the fault was still seen in force
 * after that and no alert or message is waited for, or so much time has passed that more would change nothing. `soFar` is the evidence as it stands now.
 */
export function mayStopObserving(soFar: Evidence): boolean {
  const { scenario, probes, clockSkewMs, observedToMs } = soFar;
  const analysis = analyseRun(soFar);
  if (awaitsSignals(analysis)) return false;
  if (observedToMs >= observeUntilMs(scenario, analysis.lastInjected, probes, clockSkewMs)) return true;
  const stableMs = analysis.course.stableSeenAtMs;
  if (stableMs === null) return false;
  // A missing sighting can still come for a few seconds; after that nothing mends the gap.
  return analysis.endedBefore(stableMs) === null || observedToMs > stableMs + MAX_SIGHTING_GAP_MS + clockSkewMs;
}
