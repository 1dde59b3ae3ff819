import type { RuleState } from '../experiment/evidence/signals.ts';

/** An alerting rule as Prometheus has it now; `evaluatedAtMs` is below 0 where it was not evaluated yet. */
export interface AlertingRule extends RuleState {
  readonly name: string;
}

/** The alerting rules that the judge's Prometheus evaluates. */
export interface AlertRules {
  /** All of them. @throws MetricsError when Prometheus does not answer. */
  list(signal?: AbortSignal): Promise<AlertingRule[]>;
}
