import { agreeing, counted } from '../../counted.ts';
import type { Repeat } from '../../scenario/model/scenario.ts';
import type { Evidence } from '../evidence/evidence.ts';
import { type Finished, outcomeOf, type RunOutcome } from '../result/exit-code.ts';
import type { Judgement, Verdict } from '../result/judgement.ts';
import { formatSeconds } from '../result/wording.ts';
import { fewestRuns, lowerBound, rankOfUpperBound, type ShareClaim, standingOf, upperBound } from './statistics.ts';

/**
 * What a run was a trial of. `open`: its fault was in, and yet nothing could be told, so it counts against whatever is to
 * be shown. `uncounted`: no fault was in, nothing was tried, and leaving it out favours nobody.
 */
export type RepetitionOutcome = 'held' | 'broken' | 'open' | 'uncounted';

/** As much of a run as repetition needs. */
export interface RepeatedRun {
  readonly runId: string;
  readonly outcome: RunOutcome;
  readonly trial: RepetitionOutcome;
  /** Most important reason of its verdict; null for a pass. */
  readonly reason: string | null;
  /** The recovery took at most so long; null where there was none to measure. */
  readonly recoveryUpperMs: number | null;
}

export type RepetitionCode = 'RUN_FAILED' | 'RUN_INCONCLUSIVE' | 'CLAIM_REFUTED' | 'TOO_FEW_RUNS';

export interface RepetitionReason {
  readonly code: RepetitionCode;
  /** A sentence with the numbers it rests on. */
  readonly message: string;
}

/** What several runs of one scenario say together. */
export interface RepetitionVerdict {
  readonly verdict: Verdict;
  readonly reasons: readonly RepetitionReason[];
  readonly tally: Readonly<Record<RepetitionOutcome, number>>;
  readonly remarks: readonly string[];
}

type Percentile = Extract<Repeat, { kind: 'percentile' }>;

/** What a run is summed up from; every `RunRecord` is one. */
export interface Summable extends Finished {
  readonly runId: string;
  readonly judgement: Judgement | null;
  readonly evidence: Pick<Evidence, 'scenario' | 'gate'>;
}

export function repeatedRunOf(run: Summable): RepeatedRun {
  const { judgement, runId } = run;
  return {
    runId,
    outcome: outcomeOf(run),
    trial: trialOf(run),
    reason: judgement?.reasons[0]?.code ?? null,
    recoveryUpperMs: judgement?.recovery?.upperMs ?? null,
  };
}

function trialOf({ skippedBecause, judgement, evidence }: Summable): RepetitionOutcome {
  if (skippedBecause !== null || judgement === null) return 'uncounted';
  if (judgement.verdict === 'pass') return 'held';
  if (judgement.verdict === 'fail') return 'broken';
  const wasWatched = evidence.scenario.fault.type === 'none' && evidence.gate?.held === true;
  return judgement.faultProven || wasWatched ? 'open' : 'uncounted';
}

/** Judges the runs of a repetition, in any order. Pure: the same runs give the same verdict. */
export function judgeRepetition(repeat: Repeat, runs: readonly RepeatedRun[]): RepetitionVerdict {
  return repeat.kind === 'every-run' ? judgeEveryRun(repeat.runs, runs) : judgeClaim(repeat, runs);
}

function tallyOf(runs: readonly RepeatedRun[]): Record<RepetitionOutcome, number> {
  const tally = { held: 0, broken: 0, open: 0, uncounted: 0 };
  for (const { trial } of runs) tally[trial] += 1;
  return tally;
}

function judgeEveryRun(wanted: number, runs: readonly RepeatedRun[]): RepetitionVerdict {
  const common = { tally: tallyOf(runs), remarks: [] };
  const failed = runs.filter(({ trial }) => trial === 'broken');
  if (failed.length > 0)
    return { verdict: 'fail', reasons: [{ code: 'RUN_FAILED', message: named(failed) }], ...common };
  const reasons: RepetitionReason[] = [];
  const open = runs.filter(({ outcome }) => outcome !== 'pass');
  if (open.length > 0) reasons.push({ code: 'RUN_INCONCLUSIVE', message: named(open) });
  if (runs.length < wanted)
    reasons.push({
      code: 'TOO_FEW_RUNS',
      message: `${runs.length} of ${counted(wanted, 'run')} ${agreeing(runs.length, 'was', 'were')} made`,
    });
  return { verdict: reasons.length === 0 ? 'pass' : 'inconclusive', reasons, ...common };
}

const MOST_NAMED = 5;

function named(runs: readonly RepeatedRun[]): string {
  const shown = runs.slice(0, MOST_NAMED).map(({ runId, reason, outcome }) => `${runId} (${reason ?? outcome})`);
  return `${shown.join(', ')}${runs.length > MOST_NAMED ? ` and ${runs.length - MOST_NAMED} more` : ''}`;
}

export function claimOf({ percentile, confidence }: Percentile): ShareClaim {
  return { share: percentile / 100, confidence: confidence / 100 };
}

function judgeClaim(repeat: Percentile, runs: readonly RepeatedRun[]): RepetitionVerdict {
  const tally = tallyOf(runs);
  const common = { tally, remarks: [...bounds(tally, repeat), ...recoveryBound(runs, repeat)] };
  const standing = standingOf(tally, claimOf(repeat));
  if (standing === 'proven') return { verdict: 'pass', reasons: [], ...common };
  if (standing === 'refuted')
    return { verdict: 'fail', reasons: [{ code: 'CLAIM_REFUTED', message: words(tally, repeat) }], ...common };
  const message = `${words(tally, repeat)}; ${needed(tally, claimOf(repeat))}`;
  return { verdict: 'inconclusive', reasons: [{ code: 'TOO_FEW_RUNS', message }], ...common };
}

function words(
  { held, broken, open }: Record<RepetitionOutcome, number>,
  { percentile, confidence }: Percentile,
): string {
  const unknown = open === 0 ? '' : ` (${open} of unknown end)`;
  const runs = held + broken + open;
  return `held in ${held} of ${counted(runs, 'run')}${unknown}, claimed for ${percentile} % of runs with ${confidence} % confidence`;
}

/** More runs than this are suggested to nobody. */
const FARTHEST = 20_000;

function needed(tally: Record<RepetitionOutcome, number>, claim: ShareClaim): string {
  const isProvenAfter = (more: number): boolean =>
    standingOf({ ...tally, held: tally.held + more }, claim) === 'proven';
  if (!isProvenAfter(FARTHEST)) return `${FARTHEST} more would not prove it`;
  let [low, high] = [0, FARTHEST];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isProvenAfter(middle)) high = middle;
    else low = middle;
  }
  return `at least ${high} more must hold (${fewestRuns(claim)} in all where none fails)`;
}

function bounds({ held, broken, open }: Record<RepetitionOutcome, number>, { confidence }: Percentile): string[] {
  const runs = held + broken + open;
  if (runs === 0) return [];
  const low = lowerBound(held, runs, confidence / 100);
  const high = upperBound(held + open, runs, confidence / 100);
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  return [
    `taken by ${agreeing(runs, 'itself this run says', 'themselves these runs say')}: at least ${percent(low)}, at most ${percent(high)} of runs hold, each with ${confidence} % confidence`,
  ];
}

/** How long so many percent of recoveries take; a trial without a recovery time counts as one without an end. */
function recoveryBound(runs: readonly RepeatedRun[], repeat: Percentile): string[] {
  const trials = runs.filter(({ trial }) => trial !== 'uncounted');
  const times = trials.map((run) => run.recoveryUpperMs ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const rank = rankOfUpperBound(times.length, claimOf(repeat));
  const boundMs = rank === null ? Number.POSITIVE_INFINITY : (times[rank - 1] ?? Number.POSITIVE_INFINITY);
  if (!Number.isFinite(boundMs)) return [];
  const { percentile, confidence } = repeat;
  return [
    `${percentile} % of recoveries take at most ${formatSeconds(boundMs)} s, with ${confidence} % confidence (rank ${rank} of ${times.length})`,
  ];
}
