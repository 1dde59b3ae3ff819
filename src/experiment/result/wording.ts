import type { Evidence } from '../evidence/evidence.ts';
import type { Span } from '../evidence/interval.ts';
import type { Judgement, PhaseResult } from './judgement.ts';

/** Seconds with as many decimals as tell something: two below 1 s, none from 100 s on. */
export function formatSeconds(ms: number): string {
  return (ms / 1000).toFixed(decimalsFor(ms));
}

function decimalsFor(ms: number): number {
  if (ms >= 100_000) return 0;
  return ms > 0 && ms < 1_000 ? 2 : 1;
}

/** `18.2–20.1 s`; one value where both ends read the same. */
export function formatSpan(span: Span): string {
  const decimals = decimalsFor(span.upperMs);
  const [low, high] = [span.lowerMs, span.upperMs].map((ms) => (ms / 1000).toFixed(decimals));
  return low === high ? `${high} s` : `${low}–${high} s`;
}

/** A limit that somebody wrote down, in seconds, as it was meant: `60 s`, `2.5 s`. */
export function formatLimit(ms: number): string {
  return `${Number((ms / 1000).toFixed(3))} s`;
}

const OUTCOMES: Readonly<Record<PhaseResult['outcome'], string>> = {
  met: 'met',
  exceeded: 'over budget',
  unknown: 'cannot be told',
  'no-budget': '',
};

export interface PhaseWords {
  readonly phase: string;
  readonly took: string;
  readonly budget: string;
  readonly outcome: string;
}

/** The phases of a recovery as words; a phase that nobody could measure says so. */
export function phaseWords(phases: readonly PhaseResult[]): PhaseWords[] {
  return phases.map(({ phase, took, budgetMs, outcome }) => ({
    phase,
    took: took === null ? 'not seen' : formatSpan(took),
    budget: budgetMs === null ? '' : `of ${formatLimit(budgetMs)}`,
    outcome: OUTCOMES[outcome],
  }));
}

/** One sentence that says what was learned. */
export function verdictSentence(
  judgement: Judgement | null,
  evidence: Pick<Evidence, 'scenario' | 'healer' | 'status'>,
): string {
  if (judgement === null) return evidence.status === 'skipped' ? 'Not run.' : 'Not judged.';
  const within = formatLimit(evidence.scenario.recovery.withinMs);
  if (judgement.controlHolds === true)
    return `The control holds: without the healer nothing recovers within ${within}.`;
  if (judgement.verdict === 'inconclusive') return `Could not find out: ${codes(judgement)}.`;
  if (judgement.verdict === 'fail') {
    const took = judgement.recovery === null ? '' : ` Recovered in ${formatSpan(judgement.recovery)} of ${within}.`;
    return `The claim is refuted: ${codes(judgement)}.${took}`;
  }
  const passed = passSentence(judgement, evidence, within);
  const isForHealer = evidence.scenario.recovery.by === 'healer';
  return judgement.controlHolds === false && isForHealer ? `The control does not hold: ${lower(passed)}` : passed;
}

function lower(sentence: string): string {
  return `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}

function passSentence(judgement: Judgement, { scenario }: Pick<Evidence, 'scenario'>, within: string): string {
  if (scenario.fault.type === 'none') return 'Nothing happened, as it should.';
  if (judgement.absorbed) return 'The fault was absorbed: no probe ever left its tolerance.';
  if (judgement.recovery === null) return 'Every expectation was met.';
  const { remediator } = judgement.attribution;
  const who = remediator === 'healer' ? ' by the healer' : remediator === 'other' ? ' by the cluster' : '';
  return `Recovered${who} in ${formatSpan(judgement.recovery)} of ${within} allowed.`;
}

/** What holds of the claims about alerts and messages; what does not is among the reasons. */
export function metSignals(judgement: Pick<Judgement, 'signals'> | null): string[] {
  return (judgement?.signals ?? []).filter(({ code }) => code === null).map(({ detail }) => detail);
}

function codes(judgement: Judgement): string {
  return judgement.reasons.map((reason) => reason.code).join(', ') || 'no reason given';
}
