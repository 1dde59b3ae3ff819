import type { RunAnalysis } from '../analysis/run-analysis.ts';
import type { Findings } from '../healer-actions/absence.ts';
import type { Reason } from '../result/judgement.ts';
import { FAIL_REASONS, type ReasonCode } from '../result/reason-codes.ts';
import type { SignalResult } from '../result/signal-result.ts';
import { alertResults, awaitedAlertMs } from './alert-claims.ts';
import { awaitedMessageMs, messageResults } from './message-claims.ts';

const FAILURES: ReadonlySet<ReasonCode> = new Set(FAIL_REASONS);

/** What was found out about everything that the scenario claims about alerts and messages. */
export function signalResults(analysis: RunAnalysis): SignalResult[] {
  return [...alertResults(analysis), ...messageResults(analysis)];
}

export function signalFindings(results: readonly SignalResult[]): Findings {
  const reasons = results.flatMap(({ code, detail }): Reason[] => (code === null ? [] : [{ code, message: detail }]));
  return {
    refuted: reasons.filter(({ code }) => FAILURES.has(code)),
    unknown: reasons.filter(({ code }) => !FAILURES.has(code)),
  };
}

/** Whether alerts or messages may still come that would change something. */
export function awaitsSignals(analysis: RunAnalysis): boolean {
  const untilMs = [awaitedAlertMs(analysis), awaitedMessageMs(analysis)].filter((each) => each !== null);
  return analysis.evidence.observedToMs < Math.max(Number.NEGATIVE_INFINITY, ...untilMs);
}
