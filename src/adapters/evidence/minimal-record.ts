import type { Evidence, RunStatus, StepFailure } from '../../experiment/evidence/evidence.ts';
import type { ControlExpectation } from '../../experiment/result/control.ts';
import type { RunRecord, StepTime, Turn } from '../../experiment/run-record/run-record.ts';
import { judge } from '../../experiment/verdict/verdict.ts';
import type { Scenario } from '../../scenario/model/scenario.ts';

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
  /** Null where nothing went wrong: the run was skipped. */
  readonly failure: StepFailure | null;
  readonly skippedBecause?: string;
  readonly repetition?: Turn | undefined;
  readonly control?: ControlExpectation | undefined;
}

/** A record that claims nothing: inconclusive for the failure given, or skipped, with no measurement in it. */
export function minimalRecord(remains: Remains): RunRecord {
  const { runId, seed, startedAtMs, endedAtMs, steps, skippedBecause = null, repetition, control } = remains;
  const evidence = emptyEvidence(remains);
  return {
    schemaVersion: 1,
    runId,
    seed,
    startedAtMs,
    endedAtMs,
    exitCode: 3,
    skippedBecause,
    evidence,
    judgement: skippedBecause === null ? judge(evidence) : null,
    environment: null,
    steps,
    leaks: [],
    cleanupErrors: [],
    manifests: null,
    healerLog: [],
    ...(repetition === undefined ? {} : { repetition }),
    ...(control === undefined ? {} : { control }),
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
