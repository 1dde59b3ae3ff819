import { MetricsError } from '../../src/errors.ts';
import type { AlertingRule, AlertRules } from '../../src/ports/alert-rules.ts';

/** A Prometheus that evaluates its rules just before anybody asks. */
export class FakeAlertRules implements AlertRules {
  readonly #now: () => number;
  readonly #rules: Omit<AlertingRule, 'evaluatedAtMs'>[] = [];
  /** Nobody answers at its address. */
  isGone = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  add(name: string, over: Partial<AlertingRule> = {}): this {
    const rule = { name, group: 'rules.yaml;rules', query: 'up == 0', forMs: 0, intervalMs: 1_000, health: 'ok' };
    this.#rules.push({ ...rule, ...over });
    return this;
  }

  async list(): Promise<AlertingRule[]> {
    if (this.isGone) throw new MetricsError('connection refused');
    return this.#rules.map((rule) => ({ ...rule, evaluatedAtMs: this.#now() - 300 }));
  }
}
