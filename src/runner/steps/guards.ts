import type { GuardTrip, Sample } from '../../experiment/evidence.ts';
import { isInTolerance } from '../../experiment/tolerance.ts';
import type { AbortGuard } from '../../scenario/scenario.ts';
import { STEP_MS } from '../probe-series.ts';
import type { RunContext } from '../run-context.ts';
import { STALE_AFTER_SCRAPES } from '../staleness.ts';

/** The first guard whose condition has held for its `for`, or whose own data are missing: guards fail closed. */
export async function trippedGuard(
  { scenario, ports, signal }: RunContext,
  toMs: number,
  sinceMs: number,
): Promise<GuardTrip | null> {
  for (const guard of scenario.abortWhen) {
    const windowMs = Math.max(guard.forMs, STALE_AFTER_SCRAPES * STEP_MS);
    const samples = await ports.metrics.range(guard.query, Math.max(sinceMs, toMs - windowMs), toMs, STEP_MS, signal);
    const observation = tripObservation(guard, samples, windowMs);
    if (observation !== null) return { guard, atMs: toMs, observation };
  }
  return null;
}

function tripObservation(guard: AbortGuard, samples: readonly Sample[], windowMs: number): string | null {
  const isFullWindow = samples.length * STEP_MS >= windowMs;
  const blind = samples.slice(-STALE_AFTER_SCRAPES);
  if (blind.length === STALE_AFTER_SCRAPES && blind.every((sample) => sample.value === null)) {
    return `no data for ${guard.query}: ${blind.at(-1)?.detail ?? blind.at(-1)?.problem}`;
  }
  const holds = isFullWindow && samples.every((sample) => isInTolerance(sample.value, guard.condition));
  return holds ? `${guard.query} was ${samples.at(-1)?.value} for ${windowMs / 1000} s` : null;
}
