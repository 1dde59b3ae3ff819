import type { Evidence, RunStatus, StepFailure } from '../../experiment/evidence.ts';
import { judge } from '../../experiment/verdict.ts';
import type { RunRecord, StepTime } from '../../ports/reporter.ts';
import type { Scenario } from '../../scenario/scenario.ts';

/** What is known about a run that could not give its own record. */
export interface Remains {
  readonly runId: string;
  readonly seed: number;
  readonly scenario: Scenario;
  readonly healer: 'on' | 'off';
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly status: RunStatus;
  readonly steps: readonly StepTime[];
  readonly failure: StepFailure;
}

/** A record that claims nothing: inconclusive for the failure given, with no measurement in it. */
export function minimalRecord(remains: Remains): RunRecord {
  const { runId, seed, startedAtMs, endedAtMs, steps } = remains;
  const evidence = emptyEvidence(remains);
  return {
    schemaVersion: 1,
    runId,
    seed,
    startedAtMs,
    endedAtMs,
    exitCode: 3,
    skippedBecause: null,
    evidence,
    judgement: judge(evidence),
    environment: null,
    steps,
    leaks: [],
    cleanupErrors: [],
    manifests: null,
    healerLog: [],
  };
}

function emptyEvidence({ scenario, healer, status, failure, startedAtMs, endedAtMs }: Remains): Evidence {
  const detail = 'the run ended before anything was read';
  return {
    scenario,
    healer,
    status,
    failure,
    gate: null,
    injection: null,
    observedFromMs: startedAtMs,
    observedToMs: endedAtMs,
    probes: scenario.steadyState.map((probe) => ({ probe, resolutionMs: 1_000, stepMs: 1_000, samples: [] })),
    watch: { records: [], aliveThroughout: false, detail },
    audit: { source: 'none', complete: false, detail, fromMs: startedAtMs, toMs: endedAtMs, entries: [] },
    trips: [],
    clockSkewMs: 0,
  };
}
