import { analyseRun } from '../../experiment/analysis/run-analysis.ts';
import type { Evidence, ProbeSeries } from '../../experiment/evidence/evidence.ts';
import { mayStopObserving } from '../../experiment/verdict/observation.ts';
import { liveSeries, STEP_MS } from '../probing/probe-series.ts';
import type { LiveFaults } from '../run/live-fault.ts';
import type { RunContext } from '../run/run-context.ts';
import { sourcesOf } from '../run/run-context.ts';
import { type Look, waitUntil } from '../waiting/wait-until.ts';

/** A scrape that ends now is only sure to show in queries for a moment this far back. */
const INGEST_LAG_MS = 1_000;
/** The goal is always reached before this; the limit is there for defects of ours. */
const SLACK_MS = 120_000;

export interface Observation {
  readonly toMs: number;
}

export interface ObserveOptions {
  readonly live: LiveFaults | null;
  /** Injection, or the begin of the observation where there is none, epoch ms. */
  readonly fromMs: number;
  /** The evidence as it stands with these samples up to this time. */
  readonly soFar: (probes: readonly ProbeSeries[], toMs: number) => Evidence;
}

/** Watches until the claim can be judged: steady again for long enough after the last fault, or certainly too late. */
export async function observe(context: RunContext, options: ObserveOptions): Promise<Observation> {
  const { scenario, ports, signal, recorder } = context;
  const { live, fromMs, soFar } = options;
  const { withinMs, stableForMs } = scenario.recovery;
  const sources = sourcesOf(context);
  let lastSeen = '';
  async function look(): Promise<Look<Observation>> {
    const toMs = Math.floor((ports.clock.now() - INGEST_LAG_MS) / STEP_MS) * STEP_MS;
    const probes = await Promise.all(
      scenario.steadyState.map((probe) => liveSeries(sources, probe, fromMs, toMs, signal)),
    );
    await Promise.all((live?.parts ?? []).map((part) => part.watch.look()));
    const evidence = soFar(probes, toMs);
    const seen = describe(evidence);
    if (seen !== lastSeen) recorder.note(seen);
    lastSeen = seen;
    if (!mayStopObserving(evidence)) return { done: false, seen };
    return { done: true, value: { toMs } };
  }
  return waitUntil(look, {
    clock: ports.clock,
    what: 'the recovery to show or to fail',
    timeoutMs: 2 * (withinMs + stableForMs) + SLACK_MS,
    everyMs: STEP_MS / 2,
    signal,
  });
}

function describe(evidence: Evidence): string {
  const { course } = analyseRun(evidence);
  if (course.departedAtMs === null) return 'steady state not left';
  if (course.stableSeenAtMs !== null) return 'steady state back and stable';
  return 'steady state left';
}
