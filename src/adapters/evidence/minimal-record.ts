import type { Evidence, RunStatus, StepFailure } from '../../experiment/evidence.ts';
import type { Judgement, ReasonCode } from '../../experiment/judgement.ts';
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
  readonly failure: StepFailure | null;
  readonly reason: { readonly code: ReasonCode; readonly message: string };
}

/** A record that claims nothing: inconclusive for the one reason given, with no measurement in it. */
export function minimalRecord(remains: Remains): RunRecord {
  const { runId, seed, startedAtMs, endedAtMs, steps } = remains;
  return {
    schemaVersion: 1,
    runId,
    seed,
    startedAtMs,
    endedAtMs,
    exitCode: 3,
    skippedBecause: null,
    evidence: emptyEvidence(remains),
    judgement: nothingLearned(remains.reason),
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
    probes: [],
    watch: { records: [], aliveThroughout: false, detail },
    audit: { source: 'none', complete: false, detail, fromMs: startedAtMs, toMs: endedAtMs, entries: [] },
    trips: [],
    clockSkewMs: 0,
  };
}

function nothingLearned(reason: Remains['reason']): Judgement {
  return {
    verdict: 'inconclusive',
    reasons: [reason],
    absorbed: false,
    faultProven: false,
    timeline: {
      injectedAt: null,
      impactedAt: null,
      detectedAt: null,
      decidedAt: null,
      actedAt: null,
      restoredAt: null,
      stableAt: null,
    },
    phases: [],
    recovery: null,
    attribution: { remediator: 'unknown', witness: 'none', detail: 'nobody was watched' },
    controlHolds: null,
    remarks: [],
  };
}
