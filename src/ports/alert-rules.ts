/** An alerting rule as Prometheus has it now. */
export interface AlertingRule {
  readonly name: string;
  /** File and name of its group. */
  readonly group: string;
  readonly query: string;
  readonly forMs: number;
  readonly intervalMs: number;
  /** `ok`, `err` or `unknown`. */
  readonly health: string;
  /** Start of the newest evaluation by Prometheus's clock, epoch ms; below 0 where there was none yet. */
  readonly evaluatedAtMs: number;
}

/** The alerting rules that the judge's Prometheus evaluates. */
export interface AlertRules {
  /** All of them. @throws MetricsError when Prometheus does not answer. */
  list(signal?: AbortSignal): Promise<AlertingRule[]>;
}
