import type { FaultRecovery } from '../analysis/fault-recoveries.ts';
import { brokenBudgets, openBudgets } from '../analysis/phases.ts';
import type { RunAnalysis } from '../analysis/run-analysis.ts';
import { seconds } from '../evidence/interval.ts';
import { actionFindings, type Findings } from '../healer-actions/absence.ts';
import { refusalFindings } from '../healer-actions/refusals.ts';
import { combine } from '../probes/time-series.ts';
import type { Reason } from '../result/judgement.ts';
import { signalFindings, signalResults } from '../signals/signal-claims.ts';
import { silence } from './reasons.ts';

/** What the analysis says about the scenario's claim, once gate and fault are beyond doubt. */
export function claimFindings(analysis: RunAnalysis): Findings {
  const parts = [
    analysis.course.departedAtMs === null ? steadfast(analysis) : departed(analysis),
    actions(analysis),
    signalFindings(signalResults(analysis)),
  ];
  return { refuted: parts.flatMap((part) => part.refuted), unknown: parts.flatMap((part) => part.unknown) };
}

/** The probes never left tolerance, with data for every moment and for as long as it takes to say so. */
export function isAbsorbed(analysis: RunAnalysis): boolean {
  const { course, proof, evidence, watchUntilMs } = analysis;
  return (
    proof.proven &&
    course.departedAtMs === null &&
    evidence.observedToMs >= watchUntilMs &&
    silenceIn(analysis, evidence.observedToMs).length === 0
  );
}

function silenceIn({ timeSeries, startMs }: RunAnalysis, untilMs: number): Reason[] {
  return silence(timeSeries, startMs, untilMs);
}

function steadfast(analysis: RunAnalysis): Findings {
  const { evidence, watchUntilMs } = analysis;
  const { by } = evidence.scenario.recovery;
  const silent = silenceIn(analysis, evidence.observedToMs);
  if (silent.length > 0) return { refuted: [], unknown: silent };
  if (by === 'healer') return open('NO_IMPACT', 'no probe ever left tolerance, so there was nothing to heal');
  if (evidence.observedToMs < watchUntilMs) return open('NO_DATA', tooShort(analysis));
  const end = analysis.endedBefore(watchUntilMs);
  const ended: Reason[] = end === null ? [] : [{ code: 'FAULT_ENDED_EARLY', message: end }];
  const interference = evidence.scenario.fault.type === 'none' ? NONE : remediator(analysis);
  return { refuted: interference.refuted, unknown: [...ended, ...interference.unknown] };
}

function departed(analysis: RunAnalysis): Findings {
  const { evidence, course } = analysis;
  if (evidence.scenario.recovery.by === 'none') {
    const message = `a probe left tolerance ${seconds((course.departedAtMs ?? 0) - analysis.startMs)} after the start`;
    return { refuted: [{ code: 'NOT_ABSORBED', message }], unknown: [] };
  }
  return course.stableSeenAtMs === null ? unrestored(analysis) : restored(analysis, course.stableSeenAtMs);
}

function unrestored(analysis: RunAnalysis): Findings {
  if (analysis.recovery.outcome === 'exceeded') return exceeded(analysis);
  const silent = silenceIn(analysis, analysis.evidence.observedToMs);
  if (silent.length > 0) return { refuted: [], unknown: silent };
  return open('NO_DATA', `${analysis.recovery.message}, and ${tooShort(analysis)}`);
}

function restored(analysis: RunAnalysis, stableMs: number): Findings {
  const end = analysis.endedBefore(stableMs);
  const ended: Reason[] = end === null ? [] : [{ code: 'FAULT_ENDED_EARLY', message: end }];
  // Who healed it can be said only where the fault itself did not go away.
  const credit = end === null ? remediator(analysis) : NONE;
  if (analysis.recovery.outcome === 'exceeded') return merge(exceeded(analysis), credit);
  const unknown = [...silenceIn(analysis, stableMs), ...ended];
  if (end !== null) return { refuted: [], unknown };
  const coarse =
    analysis.recovery.outcome === 'within-resolution' ? open('WITHIN_RESOLUTION', analysis.recovery.message) : NONE;
  return merge({ refuted: [], unknown }, coarse, credit, budgets(analysis));
}

function exceeded(analysis: RunAnalysis): Findings {
  const slow = analysis.recoveries.filter(({ outcome }) => outcome === 'exceeded');
  return merge(...slow.map((recovery) => tooSlow(analysis, recovery)));
}

/** Too slow for certain, provided that data were complete and the fault stood until the objective had passed. */
function tooSlow(analysis: RunAnalysis, { startMs, deadlineMs, message }: FaultRecovery): Findings {
  const { timeSeries } = analysis;
  const blind = combine(timeSeries).some((m) => m.atMs >= startMs && m.atMs <= deadlineMs && m.state === 'unknown');
  if (blind) return { refuted: [], unknown: silence(timeSeries, startMs, deadlineMs) };
  const end = analysis.endedBefore(deadlineMs);
  if (end !== null) return open('FAULT_ENDED_EARLY', end);
  const slow: Reason = { code: 'RECOVERY_EXCEEDED', message };
  return { refuted: [slow, ...budgets(analysis).refuted], unknown: [] };
}

/** The healer, when it is asked for, and nobody else; without it, nobody at all. */
function remediator({ evidence, attribution, course }: RunAnalysis): Findings {
  if (evidence.healer === 'off') return NONE;
  const { by } = evidence.scenario.recovery;
  if (attribution.remediator === 'unknown') return open('WATCHER_ABSENT', attribution.detail);
  const wanted = by === 'healer' ? 'healer' : 'nobody';
  if (attribution.remediator === wanted) return NONE;
  const how = course.departedAtMs === null ? 'held' : 'came back';
  const message = `the steady state ${how}, but ${attribution.detail}; the claim is: by ${by}`;
  return { refuted: [{ code: 'WRONG_REMEDIATOR', message }], unknown: [] };
}

function budgets({ evidence, phases }: RunAnalysis): Findings {
  if (evidence.healer === 'off') return NONE;
  return { refuted: brokenBudgets(phases), unknown: openBudgets(phases) };
}

/** Claims about actions; that one is missing can be said only once the claim's time is over and it was called for. */
function actions(analysis: RunAnalysis): Findings {
  const { evidence, startMs, actions } = analysis;
  if (evidence.healer === 'off') return NONE;
  const window = { fromMs: startMs, toMs: evidence.observedToMs };
  const found = merge(actionFindings(evidence, actions, window), refusalFindings(evidence, window));
  if (wasCalledFor(analysis)) return found;
  return { refuted: found.refuted.filter((reason) => reason.code !== 'ACTION_MISSING'), unknown: found.unknown };
}

function wasCalledFor(analysis: RunAnalysis): boolean {
  const { course, evidence, watchUntilMs, recovery } = analysis;
  const untilMs = course.stableSeenAtMs ?? Math.min(watchUntilMs, evidence.observedToMs);
  if (analysis.endedBefore(untilMs) !== null) return false;
  if (course.departedAtMs === null && evidence.scenario.recovery.by === 'healer') return false;
  return course.stableSeenAtMs !== null || recovery.outcome === 'exceeded' || evidence.observedToMs >= watchUntilMs;
}

const NONE: Findings = { refuted: [], unknown: [] };

function open(code: Reason['code'], message: string): Findings {
  return { refuted: [], unknown: [{ code, message }] };
}

function merge(...parts: readonly Findings[]): Findings {
  return { refuted: parts.flatMap((part) => part.refuted), unknown: parts.flatMap((part) => part.unknown) };
}

function tooShort({ evidence, startMs, watchUntilMs }: RunAnalysis): string {
  const { observedToMs } = evidence;
  return `observation ended ${seconds(observedToMs - startMs)} after the start, ${seconds(watchUntilMs - startMs)} were needed`;
}
