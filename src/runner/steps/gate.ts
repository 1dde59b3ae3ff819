import { WaitTimeoutError } from '../../errors.ts';
import { type GateResult, gateHeld } from '../../experiment/probes/steady-state.ts';
import { liveFindings, queriesOf } from '../probing/live-check.ts';
import { liveSeries, STEP_MS } from '../probing/probe-series.ts';
import type { RunContext } from '../run/run-context.ts';
import { sourcesOf } from '../run/run-context.ts';
import { waitUntil } from '../waiting/wait-until.ts';

/** Beyond its own holding time a workload that just started may need this long to show its first normal values. */
const SETTLE_MS = 20_000;

/** How far back the gate looks, ms: a workload that already ran may pass at once on what was seen before. */
export function gateReachMs({ scenario }: RunContext): number {
  return Math.max(0, ...scenario.steadyState.map((probe) => probe.forMs)) + STEP_MS;
}

/** The gate's finding, with the aligned time (epoch ms) at which it was made. */
export type GateOutcome = GateResult & { readonly atMs?: number };

/**
 * Waits until every probe has been in tolerance for its `for`, and until the healer, where one is needed, has all the data
 * that it judges by. Not reaching it is a finding, not an error; a healer that stays asleep is left to the verdict.
 */
export async function passGate(context: RunContext): Promise<GateOutcome> {
  const { scenario, ports, signal, recorder } = context;
  const reachMs = gateReachMs(context);
  const sources = sourcesOf(context);
  let latest: GateOutcome = { held: false, detail: 'no probe was asked yet', problem: 'NO_DATA' };
  try {
    return await waitUntil(
      async () => {
        const nowMs = Math.floor(ports.clock.now() / STEP_MS) * STEP_MS;
        const fromMs = nowMs - reachMs;
        const series = await Promise.all(
          scenario.steadyState.map((probe) => liveSeries(sources, probe, fromMs, nowMs, signal)),
        );
        latest = { ...(await sureOf(context, gateHeld(series, nowMs), nowMs)), atMs: nowMs };
        const why = latest.held ? await healerAsleep(context, nowMs) : latest.detail;
        return why === null ? { done: true, value: latest } : { done: false, seen: why };
      },
      { clock: ports.clock, what: 'the steady state', timeoutMs: SETTLE_MS + reachMs, everyMs: STEP_MS / 2, signal },
    );
  } catch (error: unknown) {
    if (!(error instanceof WaitTimeoutError)) throw error;
    if (latest.held) recorder.note(error.message);
    return latest;
  }
}

/** Why the healer could not have seen anything at this moment; null where it could, or where nothing is asked of it. */
async function healerAsleep({ scenario, ports, healer }: RunContext, atMs: number): Promise<string | null> {
  if (healer === 'off' || !scenario.requires.components.includes('healer')) return null;
  const { aliveThroughout, detail } = await ports.remediation.read(atMs, atMs, []);
  return aliveThroughout ? null : `the healer is not ready to judge: ${detail}`;
}

/**
 * The samples alone do not tell everything: behind one that is in tolerance may stand a series that nobody scrapes any more,
 * and a guard without data would stop the run as soon as the fault is in. Where there is no sample, this tells why.
 */
async function sureOf({ scenario, ports, signal }: RunContext, result: GateResult, nowMs: number): Promise<GateResult> {
  if (!result.held && result.problem === null) return result;
  const [first, ...others] = await liveFindings(ports.metrics, queriesOf(scenario), nowMs, signal);
  if (first === undefined) return result;
  const why = [first, ...others].map(({ name, message }) => `${name}: ${message}`).join('; ');
  return {
    held: false,
    detail: result.held ? why : `${result.detail}; ${why}`,
    problem: result.problem ?? first.problem,
  };
}
