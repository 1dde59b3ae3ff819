import { z } from 'zod';
import { MetricsError, messageOf } from '../../errors.ts';
import type { AlertingRule, AlertRules } from '../../ports/alert-rules.ts';
import { type Authorize, NO_CREDENTIALS } from '../http/authorization.ts';
import { PrometheusApi } from './prometheus-api.ts';

const alerting = z.object({
  type: z.literal('alerting'),
  name: z.string(),
  query: z.string(),
  duration: z.number(),
  health: z.string(),
  lastEvaluation: z.string(),
});

const answer = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      file: z.string(),
      interval: z.number(),
      rules: z.array(z.union([alerting, z.object({ type: z.literal('recording') })])),
    }),
  ),
});

/** Rules as Prometheus tells them. */
export class PrometheusRules implements AlertRules {
  readonly #url: string;
  readonly #api: PrometheusApi;

  constructor(url: string, authorize: Authorize | null = null) {
    this.#url = url;
    this.#api = new PrometheusApi(url, authorize ?? NO_CREDENTIALS);
  }

  async list(signal?: AbortSignal): Promise<AlertingRule[]> {
    try {
      const { groups } = answer.parse(await this.#api.get('rules?type=alert', signal));
      return groups.flatMap(({ name, file, interval, rules }) =>
        rules.flatMap((rule) => (rule.type === 'alerting' ? [toRule(rule, `${file};${name}`, interval)] : [])),
      );
    } catch (error: unknown) {
      signal?.throwIfAborted();
      throw new MetricsError(`the rules of Prometheus at ${this.#url} cannot be read: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }
}

function toRule(rule: z.output<typeof alerting>, group: string, intervalSeconds: number): AlertingRule {
  const { name, query, duration, health, lastEvaluation } = rule;
  const evaluatedAtMs = Date.parse(lastEvaluation);
  return { name, group, query, forMs: duration * 1000, intervalMs: intervalSeconds * 1000, health, evaluatedAtMs };
}
