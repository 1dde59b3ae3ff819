import { PreflightError } from '../../errors.ts';
import type { RunnerPorts } from '../../ports/runner-ports.ts';
import { stepsOf } from '../../scenario/model/fault.ts';
import type { Scenario } from '../../scenario/model/scenario.ts';
import { runnerOf } from '../faults/fault-runners.ts';

/** The API server's Date header counts whole seconds. */
const SERVER_CLOCK_STEP_MS = 1_000;
const MAX_SKEW_MS = 2_000;

export interface PreflightFindings {
  /** By how much the clocks of this machine and the API server differ at least. */
  readonly clockSkewMs: number;
  readonly prometheusVersion: string;
}

/** Refuses before anything is changed. @throws PreflightError or MetricsError when nobody could judge the run. */
export async function preflight(scenario: Scenario, ports: RunnerPorts): Promise<PreflightFindings> {
  const clockSkewMs = await clockSkew(ports);
  if (clockSkewMs > MAX_SKEW_MS) {
    throw new PreflightError(`the clocks of this machine and the API server differ by ${clockSkewMs} ms`, {
      hint: 'Times from both are compared; synchronise the clocks.',
    });
  }
  const prometheusVersion = await ports.metrics.version();
  for (const { fault } of stepsOf(scenario.fault)) await runnerOf(fault).preflight?.(fault, ports);
  return { clockSkewMs, prometheusVersion };
}

/** By how much the two clocks must differ at least, given that one only counts seconds. */
async function clockSkew({ kube, clock }: RunnerPorts): Promise<number> {
  const beforeMs = clock.now();
  const serverMs = await kube.serverTimeMs();
  const afterMs = clock.now();
  return Math.max(0, beforeMs - (serverMs + SERVER_CLOCK_STEP_MS), serverMs - afterMs);
}
