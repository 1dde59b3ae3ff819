import { ownEndMs } from '../../scenario/model/fault.ts';
import { analyseRun, type RunAnalysis } from '../analysis/run-analysis.ts';
import type { Evidence, StepFailure } from '../evidence/evidence.ts';
import { invalidEvidence } from '../evidence/evidence-validation.ts';
import { seconds } from '../evidence/interval.ts';
import { isOneShot } from '../fault/one-shot.ts';
import { gateHeld } from '../probes/steady-state.ts';
import type { Judgement, Reason, Verdict } from '../result/judgement.ts';
import type { ReasonCode } from '../result/reason-codes.ts';
import { signalResults } from '../signals/signal-claims.ts';
import { claimFindings, isAbsorbed } from './claims.ts';
import { codeOf, ordered, verdictOf } from './reasons.ts';

/**
 * Judges a run from its evidence alone. Pure and total: the same evidence always gives the same judgement. What stopped
 * the run comes first, then gate and proof; only behind these may anything be refuted, and only what nothing refutes and
 * nothing leaves open passes.
 */
export function judge(evidence: Evidence): Judgement {
  const analysis = analyseRun(evidence);
  const obstacles = firstNonEmpty([
    () => runReasons(analysis),
    () => gateReasons(analysis),
    () => proofReasons(analysis),
  ]);
  const { refuted, unknown } = obstacles.length > 0 ? { refuted: [], unknown: obstacles } : claimFindings(analysis);
  const reasons = ordered(refuted.length > 0 ? refuted : unknown);
  const verdict = verdictOf(reasons);
  const signals = obstacles.length > 0 ? [] : signalResults(analysis);
  return {
    verdict,
    reasons,
    absorbed: isAbsorbed(analysis),
    faultProven: analysis.proof.proven,
    timeline: analysis.timeline,
    phases: analysis.phases,
    recovery: analysis.recovery.span,
    ...(analysis.recoveries.length < 2
      ? {}
      : { recoveries: analysis.recoveries.map(({ span: took, outcome }) => ({ took, outcome })) }),
    attribution: analysis.attribution,
    ...(signals.length === 0 ? {} : { signals }),
    controlHolds: controlHolds(evidence, verdict, reasons),
    remarks: [...remarksOf(analysis), ...(refuted.length > 0 ? ordered(unknown).map(alsoOpen) : [])],
  };
}

function firstNonEmpty(sources: readonly (() => Reason[])[]): Reason[] {
  for (const source of sources) {
    const reasons = source();
    if (reasons.length > 0) return reasons;
  }
  return [];
}

/** With the healer off, a scenario is worth something only if it then fails by being too slow. */
function controlHolds(evidence: Evidence, verdict: Verdict, reasons: readonly Reason[]): boolean | null {
  if (evidence.healer === 'on') return null;
  return verdict === 'fail' && reasons.every((reason) => reason.code === 'RECOVERY_EXCEEDED');
}

function runReasons({ evidence, actions, startMs }: RunAnalysis): Reason[] {
  const { status, trips, failure } = evidence;
  const reasons: Reason[] = invalidEvidence(evidence).map((message) => ({ code: 'HARNESS_BROKEN', message }));
  for (const trip of trips)
    reasons.push({ code: 'ABORTED_BY_GUARD', message: `${trip.guard.query}: ${trip.observation}` });
  if (status === 'aborted' && trips.length === 0)
    reasons.push({ code: 'ABORTED_BY_GUARD', message: 'the run was aborted' });
  if (status === 'interrupted')
    reasons.push({ code: 'INTERRUPTED', message: failure?.message ?? 'the run was interrupted' });
  if (status === 'skipped')
    reasons.push({ code: 'PREFLIGHT_FAILED', message: failure?.message ?? 'the run was skipped' });
  if (status === 'completed' && failure !== null && !isGateFailure(evidence, failure))
    reasons.push({ code: failureCode(failure), message: `${failure.step}: ${failure.message}` });
  const ghost = evidence.healer === 'off' && actions.some((action) => action.atMs >= startMs);
  if (ghost) reasons.push({ code: 'HARNESS_BROKEN', message: 'the healer acted although it was switched off' });
  return reasons;
}

/** The gate says it better itself. */
function isGateFailure({ gate }: Evidence, failure: StepFailure): boolean {
  return failure.step === 'gate' && gate !== null && !gate.held;
}

function failureCode({ step, code }: StepFailure): ReasonCode {
  if (step === 'preflight' || code === 'PREFLIGHT_FAILED') return 'PREFLIGHT_FAILED';
  if (step === 'gate') return 'GATE_NOT_MET';
  if (code === 'FAULT') return 'FAULT_NOT_PROVEN';
  if (code === 'METRICS') return 'NO_DATA';
  return code === 'ABORTED' ? 'INTERRUPTED' : 'HARNESS_BROKEN';
}

/** Neither the word of the live gate nor the samples alone are enough: both must say that the state was steady. */
function gateReasons({ evidence, startMs }: RunAnalysis): Reason[] {
  const { gate, probes } = evidence;
  if (gate === null) return [{ code: 'GATE_NOT_MET', message: 'the steady state was never looked at' }];
  const failed = [gate, gateHeld(probes, startMs)].find((result) => !result.held);
  if (failed === undefined) return [];
  const reasons: Reason[] = [{ code: 'GATE_NOT_MET', message: failed.detail }];
  if (failed.problem !== null) reasons.push({ code: codeOf(failed.problem), message: failed.detail });
  return reasons;
}

function proofReasons({ evidence, proof }: RunAnalysis): Reason[] {
  if (evidence.scenario.fault.type === 'none' || proof.proven) return [];
  return proof.missing.map((message) => ({ code: 'FAULT_NOT_PROVEN', message }));
}

function remarksOf(analysis: RunAnalysis): string[] {
  const { proof, healerRemarks, course, evidence, attribution, startMs } = analysis;
  const remarks = [...proof.remarks, ...healerRemarks];
  if (attribution.witness === 'self-reported' && evidence.healer === 'on')
    remarks.push('there is no audit log: who healed it is self-reported');
  if (course.relapsedAtMs !== null)
    remarks.push(
      `a probe left tolerance again ${seconds(course.relapsedAtMs - startMs)} after the start, after having been stable`,
    );
  return [...remarks, ...ownEndRemark(analysis)];
}

/** By Kubernetes a fault's own end may be part of the story; the reader must be told. */
function ownEndRemark({ evidence, course, injected }: RunAnalysis): string[] {
  const { fault, recovery } = evidence.scenario;
  const endMs = ownEndMs(fault);
  if (endMs === null || isOneShot(fault) || recovery.by !== 'kubernetes') return [];
  if (course.stableSeenAtMs === null || course.stableSeenAtMs < injected.earliestMs + endMs) return [];
  return [`the fault ended by itself after ${seconds(endMs)}, before the steady state was stable`];
}

function alsoOpen({ code, message }: Reason): string {
  return `also not known: ${code}: ${message}`;
}
