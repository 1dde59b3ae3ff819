import type { GuardTrip } from '../../experiment/evidence.ts';
import { observationGoal } from '../../experiment/observation.ts';
import { liveSeries, STEP_MS } from '../probe-series.ts';
import type { RunContext } from '../run-context.ts';
import { type Look, waitUntil } from '../wait-until.ts';
import { trippedGuard } from './guards.ts';
import type { LiveFault } from './inject.ts';

/** A scrape that ends now is only sure to show in queries for a moment this far back. */
const INGEST_LAG_MS = 1_000;
/** The goal is always reached before this; the limit is there for defects of ours. */
const SLACK_MS = 120_000;

export interface Observation {
  readonly toMs: number;
  readonly trips: readonly GuardTrip[];
}

/** Watches until the claim can be judged: steady again for long enough, or certainly too late. */
export async function observe(context: RunContext, live: LiveFault | null, fromMs: number): Promise<Observation> {
  const { scenario, ports, signal, recorder } = context;
  const { withinMs, stableForMs } = scenario.recovery;
  let lastSeen = '';
  async function look(): Promise<Look<Observation>> {
    const nowMs = Math.floor((ports.clock.now() - INGEST_LAG_MS) / STEP_MS) * STEP_MS;
    const probes = await Promise.all(
      scenario.steadyState.map((probe) => liveSeries(ports.metrics, probe, fromMs, nowMs, signal)),
    );
    await live?.watch.look();
    const trip = await trippedGuard(context, nowMs, fromMs);
    const { reached, seen } = observationGoal({ probes, fromMs, nowMs, withinMs, stableForMs });
    if (seen !== lastSeen) recorder.note(seen);
    lastSeen = seen;
    if (trip === null && !reached) return { done: false, seen };
    return { done: true, value: { toMs: nowMs, trips: trip === null ? [] : [trip] } };
  }
  return waitUntil(look, {
    clock: ports.clock,
    what: 'the recovery to show or to fail',
    timeoutMs: 2 * (withinMs + stableForMs) + SLACK_MS,
    everyMs: STEP_MS / 2,
    signal,
  });
}
