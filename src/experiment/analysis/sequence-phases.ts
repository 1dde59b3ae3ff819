import type { Evidence } from '../evidence/evidence.ts';
import type { HealerAction } from '../healer-actions/healer-actions.ts';
import { type Course, restoredAt } from '../probes/recovery-window.ts';
import { PHASES, type PhaseResult, type Timeline } from '../result/judgement.ts';
import type { InjectedFault } from './injected-faults.ts';
import { type PhaseContext, phaseResults } from './phases.ts';
import { healerMoments } from './timeline.ts';

const UNTOLD: Timeline = {
  injectedAt: null,
  impactedAt: null,
  detectedAt: null,
  decidedAt: null,
  actedAt: null,
  restoredAt: null,
  stableAt: null,
};

/** The phases of a sequence: of each the worst among the faults that the healer noticed, every one from its own injection. */
export function sequencePhases(
  evidence: Evidence,
  faults: readonly InjectedFault[],
  courses: readonly Course[],
  actions: readonly HealerAction[],
  context: PhaseContext,
): PhaseResult[] {
  const told = faults.flatMap((fault, index) => {
    const course = courses[index];
    return course === undefined ? [] : phasesAfter(evidence, fault, course, actions, context);
  });
  const untold = phaseResults(UNTOLD, context);
  return PHASES.flatMap((phase) => {
    const of = (results: readonly PhaseResult[]) => results.filter((each) => each.phase === phase);
    return of(told).toSorted(worstFirst)[0] ?? of(untold);
  });
}

/** A fault that nobody felt has nothing to restore. */
function phasesAfter(
  evidence: Evidence,
  { startMs, injected: injectedAt, targets }: InjectedFault,
  course: Course,
  actions: readonly HealerAction[],
  context: PhaseContext,
): PhaseResult[] {
  const uids = new Set(targets.map(({ uid }) => uid));
  const own = actions.filter(({ target }) => target !== null && uids.has(target.uid));
  const records = evidence.watch.records.filter(({ target }) => uids.has(target.uid));
  const toMs = course.restoredSeenAtMs ?? evidence.observedToMs;
  const about = { ...evidence, watch: { ...evidence.watch, records } };
  const { detectedAt, decidedAt, actedAt } = healerMoments(about, own, startMs, toMs);
  if (detectedAt === null && actedAt === null) return [];
  const moments = { injectedAt, detectedAt, decidedAt, actedAt, restoredAt: restoredAt(course) };
  const results = phaseResults({ ...UNTOLD, ...moments }, context);
  return results.filter(({ phase }) => phase !== 'restore' || course.departedAtMs !== null);
}

const RANKS: readonly PhaseResult['outcome'][] = ['exceeded', 'unknown', 'met', 'no-budget'];

function worstFirst(one: PhaseResult, other: PhaseResult): number {
  const upperMs = ({ took }: PhaseResult): number => took?.upperMs ?? 0;
  return RANKS.indexOf(one.outcome) - RANKS.indexOf(other.outcome) || upperMs(other) - upperMs(one);
}
