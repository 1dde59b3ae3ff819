import { AbortedError, HarnessError, messageOf } from '../errors.ts';
import type { Evidence, GuardTrip, ProbeSeries, RunStatus, StepFailure } from '../experiment/evidence/evidence.ts';
import type { SignalEvidence } from '../experiment/evidence/signals.ts';
import type { Environment } from '../experiment/run-record/environment.ts';
import type { Step } from '../experiment/run-record/run-record.ts';
import type { Probe, Scenario } from '../scenario/model/scenario.ts';
import { STEP_MS } from './probing/probe-series.ts';
import { injectionEvidence, type LiveFaults } from './run/live-fault.ts';
import type { Collected } from './steps/collect.ts';
import type { GateOutcome } from './steps/gate.ts';

/** What a run has found out so far; it can be turned into evidence at any moment, however far it got. */
export class RunDraft {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly healer: 'on' | 'off';
  status: RunStatus = 'completed';
  failure: StepFailure | null = null;
  gate: GateOutcome | null = null;
  live: LiveFaults | null = null;
  trips: readonly GuardTrip[] = [];
  clockSkewMs = 0;
  observedFromMs: number;
  observedToMs: number;
  /** From here on the healer must have been awake: the steady state was reached, epoch ms. */
  watchedFromMs: number;
  /** What was seen of alerts and messages so far. */
  signals: () => SignalEvidence = () => ({});
  collected: Collected | null = null;
  environment: Environment | null = null;
  skippedBecause: string | null = null;

  constructor(scenario: Scenario, seed: number, healer: 'on' | 'off', nowMs: number) {
    this.scenario = scenario;
    this.seed = seed;
    this.healer = healer;
    this.observedFromMs = nowMs;
    this.observedToMs = nowMs;
    this.watchedFromMs = nowMs;
  }

  /** The first failure counts; later ones are its consequences. */
  fail(step: Step, error: unknown): void {
    if (error instanceof AbortedError) this.status = 'interrupted';
    const code = error instanceof HarnessError ? error.code : 'INTERNAL';
    this.failure ??= { step, code, message: messageOf(error) };
  }

  /** The evidence as it stands; while observing, with the samples seen so far. */
  evidence(live?: { readonly probes: readonly ProbeSeries[]; readonly toMs: number }): Evidence {
    const fromMs = this.observedFromMs;
    const toMs = live?.toMs ?? this.observedToMs;
    const unread = { source: 'none', complete: false, detail: 'not read', fromMs, toMs, entries: [] } as const;
    return {
      scenario: this.scenario,
      healer: this.healer,
      status: this.status,
      failure: this.failure,
      gate: this.gate,
      injection: this.live === null ? null : injectionEvidence(this.live, this.seed),
      observedFromMs: fromMs,
      observedToMs: toMs,
      probes: live?.probes ?? this.collected?.probes ?? this.scenario.steadyState.map(unsampled),
      watch: this.collected?.watch ?? { records: [], aliveThroughout: false, detail: 'not read' },
      audit: this.collected?.audit ?? unread,
      trips: this.trips,
      clockSkewMs: this.clockSkewMs,
      ...this.signals(),
    };
  }
}

/** A probe that was never asked: no sample, which is not the same as no probe. */
function unsampled(probe: Probe): ProbeSeries {
  return { probe, resolutionMs: STEP_MS, stepMs: STEP_MS, samples: [] };
}
