import { counted } from '../../counted.ts';
import type { SampleProblem } from '../evidence/evidence.ts';
import { seconds } from '../evidence/interval.ts';
import type { TimeSeries, TimeSeriesPoint } from '../probes/time-series.ts';
import type { Reason, Verdict } from '../result/judgement.ts';
import { FAIL_REASONS, type ReasonCode } from '../result/reason-codes.ts';

/** Most important first: what stopped the run, what was refuted, what could not be found out. */
const IMPORTANCE: readonly ReasonCode[] = [
  'INTERRUPTED',
  'ABORTED_BY_GUARD',
  'PREFLIGHT_FAILED',
  'HARNESS_BROKEN',
  'GATE_NOT_MET',
  'FAULT_NOT_PROVEN',
  'RECOVERY_EXCEEDED',
  'NOT_ABSORBED',
  'WRONG_REMEDIATOR',
  'FORBIDDEN_ACTION',
  'TOO_MANY_ACTIONS',
  'ACTION_MISSING',
  'ALERT_MISSING',
  'ALERT_FIRED',
  'MESSAGE_MISSING',
  'MESSAGE_REPEATED',
  'PHASE_EXCEEDED',
  'NO_DATA',
  'STALE_DATA',
  'NOT_A_NUMBER',
  'FAULT_ENDED_EARLY',
  'NO_IMPACT',
  'WATCHER_ABSENT',
  'WITHIN_RESOLUTION',
];

/** Each reason once, most important first. */
export function ordered(reasons: readonly Reason[]): Reason[] {
  const distinct = new Map(reasons.map((reason) => [`${reason.code} ${reason.message}`, reason]));
  return [...distinct.values()].sort((a, b) => IMPORTANCE.indexOf(a.code) - IMPORTANCE.indexOf(b.code));
}

const FAILURES: ReadonlySet<ReasonCode> = new Set(FAIL_REASONS);

/** The verdict that a list of reasons means: the first of them decides, none at all is a pass. */
export function verdictOf(reasons: readonly Reason[]): Verdict {
  const [first] = reasons;
  if (first === undefined) return 'pass';
  return FAILURES.has(first.code) ? 'fail' : 'inconclusive';
}

/** The reason that a missing sample becomes. */
export function codeOf(problem: SampleProblem): ReasonCode {
  return problem === 'NOT_A_NUMBER' || problem === 'STALE_DATA' ? problem : 'NO_DATA';
}

/** What the probes do not tell about a window (epoch ms), one reason a probe and problem. */
export function silence(timeSeries: readonly TimeSeries[], fromMs: number, toMs: number): Reason[] {
  return timeSeries.flatMap((track) => {
    const unknown = decisivePoints(track, fromMs, toMs).filter((point) => point.state === 'unknown');
    const problems = new Set(unknown.map((point) => point.problem ?? 'NO_DATA'));
    return [...problems].map((problem) => {
      const points = unknown.filter((point) => (point.problem ?? 'NO_DATA') === problem);
      const since = seconds((points[0]?.atMs ?? fromMs) - fromMs);
      const message = `${track.name}: ${problem} ${counted(points.length, 'time')}, first ${since} into the decisive window`;
      return { code: codeOf(problem), message };
    });
  });
}

/** Those in the window, the one that still holds at its start, and the very last. */
function decisivePoints({ points }: TimeSeries, fromMs: number, toMs: number): TimeSeriesPoint[] {
  const first = points.findLastIndex((point) => point.atMs <= fromMs);
  return points.filter(
    (point, index) => index === first || (point.atMs > fromMs && point.atMs <= toMs) || index === points.length - 1,
  );
}
