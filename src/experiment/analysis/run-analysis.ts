import type { Evidence, Instant } from '../evidence/evidence.ts';
import { instant } from '../evidence/interval.ts';
import { endedEarly } from '../fault/fault-active.ts';
import { isProven, type ProofResult } from '../fault/proof.ts';
import type { RemovedTargets } from '../fault/removed-targets.ts';
import { attribute, type HealingWindow } from '../healer-actions/attribution.ts';
import { type HealerAction, healerActions, remedies, removals } from '../healer-actions/healer-actions.ts';
import { type Course, holdMs } from '../probes/recovery-window.ts';
import { gateHeld } from '../probes/steady-state.ts';
import { combine, type TimeSeries, timeSeriesOf } from '../probes/time-series.ts';
import type { Attribution, PhaseResult, Timeline } from '../result/judgement.ts';
import { type FaultRecovery, recoveriesOf } from './fault-recoveries.ts';
import { injectedFaults } from './injected-faults.ts';
import { phaseResults } from './phases.ts';
import { type RecoveryResult, worstOf } from './recovery.ts';
import { coursesOf } from './sequence-course.ts';
import { sequencePhases } from './sequence-phases.ts';
import { healerMoments, timelineOf } from './timeline.ts';

/** What the evidence establishes, before anything is claimed about it. */
export interface RunAnalysis {
  readonly evidence: Evidence;
  /** Judging starts here: our first mutating call; without a fault when the gate held. Epoch ms. */
  readonly startMs: number;
  readonly injected: Instant;
  /** Of a sequence the last fault, else the same. */
  readonly lastInjected: Instant;
  readonly timeSeries: readonly TimeSeries[];
  readonly course: Course;
  /** How long a stretch in tolerance must be seen, ms. */
  readonly holdMs: number;
  /** A claim that the probes never leave must have been watched until here, epoch ms: long enough after the last fault. */
  readonly watchUntilMs: number;
  readonly actions: readonly HealerAction[];
  readonly proof: ProofResult;
  /** One for each fault, in order. */
  readonly recoveries: readonly FaultRecovery[];
  /** The worst of them. */
  readonly recovery: RecoveryResult;
  readonly attribution: Attribution;
  readonly timeline: Timeline;
  readonly phases: readonly PhaseResult[];
  readonly healerRemarks: readonly string[];
  /** Null where the fault was in force until then (epoch ms); else why that is not known. */
  readonly endedBefore: (untilMs: number) => string | null;
}

/** Reads the evidence; never throws, whatever it holds. */
export function analyseRun(evidence: Evidence): RunAnalysis {
  const { scenario, clockSkewMs, injection } = evidence;
  const { recovery: claim, fault } = scenario;
  const timeSeries = evidence.probes.map((series) =>
    timeSeriesOf(series, evidence.observedFromMs, evidence.observedToMs),
  );
  const startMs = injection?.requestedAtMs ?? evidence.gate?.atMs ?? gatePassedAtMs(evidence, timeSeries);
  const faults = injectedFaults(injection, startMs, clockSkewMs);
  const lastInjected = faults.at(-1)?.injected ?? instant(startMs);
  const hold = holdMs(timeSeries, claim.stableForMs);
  const watchUntilMs = lastInjected.latestMs + claim.withinMs + hold;
  const starts = faults.map((each) => each.startMs);
  const { whole: course, each: courses } = coursesOf(timeSeries, starts, claim.stableForMs, watchUntilMs);
  const actions = healerActions(evidence);
  const seenMs = course.restoredSeenAtMs ?? evidence.observedToMs;
  const moments = healerMoments(evidence, actions, startMs, seenMs);
  const timeline = timelineOf(evidence, course, timeSeries, moments);
  const injected = timeline.injectedAt ?? instant(startMs);
  const probeResolutionMs = Math.max(0, ...timeSeries.map((track) => track.resolutionMs));
  const recoveries = recoveriesOf(evidence, faults, courses);
  const context = { budgets: budgetsOf(evidence), probeResolutionMs, clockSkewMs };
  const removed = removals(evidence, remedies(evidence, actions));
  return {
    evidence,
    startMs,
    injected,
    lastInjected,
    timeSeries,
    course,
    holdMs: hold,
    watchUntilMs,
    actions,
    proof: isProven(fault, injection, earlier(removals(evidence, actions), clockSkewMs)),
    recoveries,
    recovery: worstOf(recoveries),
    attribution: attribute(evidence, actions, attributionWindow(evidence, course, startMs)),
    timeline,
    phases:
      faults.length < 2 ? phaseResults(timeline, context) : sequencePhases(evidence, faults, courses, actions, context),
    healerRemarks: moments.remarks,
    endedBefore: (untilMs) =>
      injection === null
        ? null
        : endedEarly({ fault, injection, untilMs, ownEndCounts: claim.by === 'healer', removed, clockSkewMs }),
  };
}

/** With the healer switched off nothing is claimed about its phases. */
function budgetsOf({ healer, scenario }: Evidence): Evidence['scenario']['recovery']['phases'] {
  return healer === 'on' ? scenario.recovery.phases : {};
}

/**
 * When an action counts. The healer is credited for what it did before all was restored; that it did nothing must hold for
 * longer, until all was stable.
 */
function attributionWindow(evidence: Evidence, course: Course, fromMs: number): HealingWindow {
  const { by } = evidence.scenario.recovery;
  const toMs = by === 'healer' ? course.restoredSeenAtMs : course.stableSeenAtMs;
  return { fromMs, toMs: toMs ?? evidence.observedToMs };
}

function gatePassedAtMs(evidence: Evidence, timeSeries: readonly TimeSeries[]): number {
  const times = combine(timeSeries).map((moment) => moment.atMs);
  return times.find((atMs) => gateHeld(evidence.probes, atMs).held) ?? evidence.observedFromMs;
}

function earlier(removed: RemovedTargets, byMs: number): RemovedTargets {
  return new Map([...removed].map(([uid, atMs]) => [uid, atMs - byMs]));
}
