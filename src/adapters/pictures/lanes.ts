import type { Instant } from '../../experiment/evidence/evidence.ts';
import type { Judgement, PhaseResult } from '../../experiment/result/judgement.ts';
import { formatLimit, formatSpan } from '../../experiment/result/wording.ts';
import type { RunRecord } from '../../experiment/run-record/run-record.ts';
import { shortFaultWords } from '../../scenario/faults/fault-words.ts';
import { faultWindow } from './moments.ts';

/** One row of the timeline: a stretch of time with what is said about it. */
export interface Lane {
  readonly name: string;
  readonly tone: string;
  readonly from: Instant | null;
  readonly to: Instant | null;
  readonly value: string;
  readonly remark: string;
  readonly remarkTone: string;
  /** Context of the recovery rather than part of it. */
  readonly isThin: boolean;
  /** Where the budget begins and ends, epoch ms. */
  readonly budget: { readonly fromMs: number; readonly toMs: number } | null;
}

/** The rows from top to bottom: the fault, the phases, the recovery they add up to, and what came after. */
export function lanesOf(record: RunRecord, judgement: Judgement): Lane[] {
  const { scenario } = record.evidence;
  const { timeline } = judgement;
  const window = faultWindow(record);
  const plain = { remark: '', remarkTone: 'soft', budget: null, isThin: true };
  const fault: Lane = {
    ...plain,
    name: 'fault in force',
    tone: 'fault',
    from: window?.from ?? null,
    to: window?.to ?? null,
    value: shortFaultWords(scenario.fault) ?? 'fault',
  };
  if (judgement.absorbed) return [fault, absorbedLane(record, judgement)];
  return [
    fault,
    ...judgement.phases.map((phase) => phaseLane(phase, timeline)),
    {
      name: 'recovery',
      isThin: false,
      tone: recoveryTone(judgement),
      from: timeline.injectedAt,
      to: timeline.restoredAt,
      value: recoveryValue(judgement),
      ...goalRemark(judgement, scenario.recovery.withinMs),
      budget: goalBudget(judgement, scenario.recovery.withinMs),
    },
    {
      ...plain,
      name: 'stays well',
      tone: 'neutral',
      from: timeline.restoredAt,
      to: timeline.stableAt,
      value: stableValue(record),
    },
  ];
}

/** Nothing was lost, so nothing had to be detected, done or restored. */
function absorbedLane({ evidence }: RunRecord, { timeline, verdict }: Judgement): Lane {
  const { observedToMs } = evidence;
  return {
    name: 'stays well',
    isThin: false,
    tone: verdict === 'pass' ? 'good' : 'doubt',
    from: timeline.injectedAt,
    to: { earliestMs: observedToMs, latestMs: observedToMs },
    value: 'absorbed',
    remark: '',
    remarkTone: 'soft',
    budget: null,
  };
}

function recoveryTone({ verdict, recovery }: Judgement): string {
  if (recovery === null) return 'neutral';
  return verdict === 'pass' ? 'good' : verdict === 'fail' ? 'bad' : 'doubt';
}

function recoveryValue({ recovery }: Judgement): string {
  return recovery === null ? 'not seen' : formatSpan(recovery);
}

function stableValue({ evidence, judgement }: RunRecord): string {
  const wanted = formatLimit(evidence.scenario.recovery.stableForMs);
  return judgement?.timeline.stableAt === null ? `not seen for ${wanted}` : `for ${wanted}`;
}

/** Past three times what was seen, a limit would only squeeze everything else; of a sequence every fault has its own. */
function goalBudget({ timeline, recoveries }: Judgement, withinMs: number): Lane['budget'] {
  const { injectedAt, restoredAt, stableAt } = timeline;
  if (injectedAt === null || recoveries !== undefined) return null;
  const seenMs = (stableAt ?? restoredAt ?? injectedAt).latestMs - injectedAt.earliestMs;
  if (restoredAt !== null && withinMs > 3 * seenMs) return null;
  return { fromMs: injectedAt.earliestMs, toMs: injectedAt.earliestMs + withinMs };
}

function goalRemark({ recovery, reasons }: Judgement, withinMs: number): Pick<Lane, 'remark' | 'remarkTone'> {
  const limit = `of ${formatLimit(withinMs)}`;
  const isExceeded = reasons.some(({ code }) => code === 'RECOVERY_EXCEEDED');
  if (recovery === null && !isExceeded) return { remark: limit, remarkTone: 'soft' };
  if (recovery === null || recovery.lowerMs > withinMs) return { remark: `${limit} ✘`, remarkTone: 'bad' };
  return recovery.upperMs <= withinMs
    ? { remark: `${limit} ✔`, remarkTone: 'good' }
    : { remark: limit, remarkTone: 'soft' };
}

const ENDS = {
  detect: ['injectedAt', 'detectedAt'],
  decide: ['detectedAt', 'decidedAt'],
  act: ['decidedAt', 'actedAt'],
  restore: ['actedAt', 'restoredAt'],
} as const satisfies Record<PhaseResult['phase'], readonly (keyof Judgement['timeline'])[]>;

const REMARKS: Readonly<Record<PhaseResult['outcome'], { readonly mark: string; readonly tone: string }>> = {
  met: { mark: ' ✔', tone: 'good' },
  exceeded: { mark: ' ✘', tone: 'bad' },
  unknown: { mark: ' ?', tone: 'doubt' },
  'no-budget': { mark: '', tone: 'soft' },
};

function phaseLane({ phase, took, budgetMs, outcome }: PhaseResult, timeline: Judgement['timeline']): Lane {
  const [start, end] = ENDS[phase];
  const from = timeline[start];
  const { mark, tone } = REMARKS[outcome];
  return {
    name: phase,
    isThin: false,
    tone: outcome === 'exceeded' ? 'bad' : phase,
    from,
    to: timeline[end],
    value: took === null ? 'not seen' : formatSpan(took),
    remark: budgetMs === null ? '' : `of ${formatLimit(budgetMs)}${mark}`,
    remarkTone: tone,
    budget: from === null || budgetMs === null ? null : { fromMs: from.earliestMs, toMs: from.earliestMs + budgetMs },
  };
}
