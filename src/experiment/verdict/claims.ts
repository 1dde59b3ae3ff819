import type { FaultRecovery } from '../analysis/fault-recoveries.ts';
import { brokenBudgets, openBudgets } from '../analysis/phases.ts';
import type { Facts } from '../analysis/run-analysis.ts';
import { seconds } from '../evidence/interval.ts';
import { actionFindings, type Findings } from '../healer-actions/absence.ts';
import { refusalFindings } from '../healer-actions/refusals.ts';
import { combine } from '../probes/time-series.ts';
import type { Reason } from '../result/judgement.ts';
import { signalFindings, signalResults } from '../signals/signal-claims.ts';
import { silence } from './reasons.ts';

/** What the facts say about the scenario's claim, once gate and fault are beyond doubt. */
export function claimFindings(facts: Facts): Findings {
  const parts = [
    facts.course.departedAtMs === null ? steadfast(facts) : departed(facts),
    actions(facts),
    signalFindings(signalResults(facts)),
  ];
  return { refuted: parts.flatMap((part) => part.refuted), unknown: parts.flatMap((part) => part.unknown) };
}

/** The probes never left tolerance, with data for every moment and for as long as it takes to say so. */
export function isAbsorbed(facts: Facts): boolean {
  const { course, proof, evidence, watchUntilMs } = facts;
  return (
    proof.proven &&
    course.departedAtMs === null &&
    evidence.observedToMs >= watchUntilMs &&
    silenceIn(facts, evidence.observedToMs).length === 0
  );
}

function silenceIn({ tracks, startMs }: Facts, untilMs: number): Reason[] {
  return silence(tracks, startMs, untilMs);
}

function steadfast(facts: Facts): Findings {
  const { evidence, watchUntilMs } = facts;
  const { by } = evidence.scenario.recovery;
  const silent = silenceIn(facts, evidence.observedToMs);
  if (silent.length > 0) return { refuted: [], unknown: silent };
  if (by === 'healer') return open('NO_IMPACT', 'no probe ever left tolerance, so there was nothing to heal');
  if (evidence.observedToMs < watchUntilMs) return open('NO_DATA', tooShort(facts));
  const end = facts.endedBefore(watchUntilMs);
  const ended: Reason[] = end === null ? [] : [{ code: 'FAULT_ENDED_EARLY', message: end }];
  const interference = evidence.scenario.fault.type === 'none' ? NONE : remediator(facts);
  return { refuted: interference.refuted, unknown: [...ended, ...interference.unknown] };
}

function departed(facts: Facts): Findings {
  const { evidence, course } = facts;
  if (evidence.scenario.recovery.by === 'none') {
    const message = `a probe left tolerance ${seconds((course.departedAtMs ?? 0) - facts.startMs)} after the start`;
    return { refuted: [{ code: 'NOT_ABSORBED', message }], unknown: [] };
  }
  return course.stableSeenAtMs === null ? unrestored(facts) : restored(facts, course.stableSeenAtMs);
}

function unrestored(facts: Facts): Findings {
  if (facts.recovery.outcome === 'exceeded') return exceeded(facts);
  const silent = silenceIn(facts, facts.evidence.observedToMs);
  if (silent.length > 0) return { refuted: [], unknown: silent };
  return open('NO_DATA', `${facts.recovery.message}, and ${tooShort(facts)}`);
}

function restored(facts: Facts, stableMs: number): Findings {
  const end = facts.endedBefore(stableMs);
  const ended: Reason[] = end === null ? [] : [{ code: 'FAULT_ENDED_EARLY', message: end }];
  // Who healed it can be said only where the fault itself did not go away.
  const credit = end === null ? remediator(facts) : NONE;
  if (facts.recovery.outcome === 'exceeded') return merge(exceeded(facts), credit);
  const unknown = [...silenceIn(facts, stableMs), ...ended];
  if (end !== null) return { refuted: [], unknown };
  const coarse =
    facts.recovery.outcome === 'within-resolution' ? open('WITHIN_RESOLUTION', facts.recovery.message) : NONE;
  return merge({ refuted: [], unknown }, coarse, credit, budgets(facts));
}

function exceeded(facts: Facts): Findings {
  const slow = facts.recoveries.filter(({ outcome }) => outcome === 'exceeded');
  return merge(...slow.map((recovery) => tooSlow(facts, recovery)));
}

/** Too slow for certain, provided that data were complete and the fault stood until the objective had passed. */
function tooSlow(facts: Facts, { startMs, deadlineMs, message }: FaultRecovery): Findings {
  const { tracks } = facts;
  const blind = combine(tracks).some((m) => m.atMs >= startMs && m.atMs <= deadlineMs && m.state === 'unknown');
  if (blind) return { refuted: [], unknown: silence(tracks, startMs, deadlineMs) };
  const end = facts.endedBefore(deadlineMs);
  if (end !== null) return open('FAULT_ENDED_EARLY', end);
  const slow: Reason = { code: 'RECOVERY_EXCEEDED', message };
  return { refuted: [slow, ...budgets(facts).refuted], unknown: [] };
}

/** The healer, when it is asked for, and nobody else; without it, nobody at all. */
function remediator({ evidence, attribution, course }: Facts): Findings {
  if (evidence.healer === 'off') return NONE;
  const { by } = evidence.scenario.recovery;
  if (attribution.remediator === 'unknown') return open('WATCHER_ABSENT', attribution.detail);
  const wanted = by === 'healer' ? 'healer' : 'nobody';
  if (attribution.remediator === wanted) return NONE;
  const how = course.departedAtMs === null ? 'held' : 'came back';
  const message = `the steady state ${how}, but ${attribution.detail}; the claim is: by ${by}`;
  return { refuted: [{ code: 'WRONG_REMEDIATOR', message }], unknown: [] };
}

function budgets({ evidence, phases }: Facts): Findings {
  if (evidence.healer === 'off') return NONE;
  return { refuted: brokenBudgets(phases), unknown: openBudgets(phases) };
}

/** Claims about actions; that one is missing can be said only once the claim's time is over and it was called for. */
function actions(facts: Facts): Findings {
  const { evidence, startMs, deeds } = facts;
  if (evidence.healer === 'off') return NONE;
  const window = { fromMs: startMs, toMs: evidence.observedToMs };
  const found = merge(actionFindings(evidence, deeds, window), refusalFindings(evidence, window));
  if (wasCalledFor(facts)) return found;
  return { refuted: found.refuted.filter((reason) => reason.code !== 'ACTION_MISSING'), unknown: found.unknown };
}

function wasCalledFor(facts: Facts): boolean {
  const { course, evidence, watchUntilMs, recovery } = facts;
  const untilMs = course.stableSeenAtMs ?? Math.min(watchUntilMs, evidence.observedToMs);
  if (facts.endedBefore(untilMs) !== null) return false;
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

function tooShort({ evidence, startMs, watchUntilMs }: Facts): string {
  const { observedToMs } = evidence;
  return `observation ended ${seconds(observedToMs - startMs)} after the start, ${seconds(watchUntilMs - startMs)} were needed`;
}
