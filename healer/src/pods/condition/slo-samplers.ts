import type { InstantQuery } from '../../alerts/prometheus.ts';
import type { Clock } from '../../clock.ts';
import type { Policy, SLOViolationCondition } from '../../policy/schema.ts';
import { SloSampler } from './slo-sampler.ts';

export interface SloSamplersOptions {
  readonly query: InstantQuery;
  readonly clock: Clock;
  readonly intervalMs: number;
  readonly staleAfterMs: number;
  readonly onEvaluated: (policy: string, sampler: SloSampler) => void;
}

/** One sampler for each SLO condition in force; a reload that does not change a condition keeps what is known about it. */
export class SloSamplers {
  readonly #options: SloSamplersOptions;
  #samplers = new Map<string, SloSampler>();

  constructor(options: SloSamplersOptions) {
    this.#options = options;
  }

  /** Starts and stops samplers so that they match the policies. */
  follow(policies: readonly Policy[]): void {
    const wanted = new Map<string, SloSampler>();
    for (const policy of policies) {
      for (const condition of policy.conditions) {
        if (condition.type !== 'SLOViolation') continue;
        const key = keyFor(policy, condition);
        wanted.set(key, this.#samplers.get(key) ?? this.#start(policy.name, condition));
      }
    }
    for (const [key, sampler] of this.#samplers) if (!wanted.has(key)) sampler.stop();
    this.#samplers = wanted;
  }

  of(policy: Policy, condition: SLOViolationCondition): SloSampler | undefined {
    return this.#samplers.get(keyFor(policy, condition));
  }

  stop(): void {
    this.follow([]);
  }

  #start(policy: string, condition: SLOViolationCondition): SloSampler {
    const { onEvaluated, ...rest } = this.#options;
    const sampler = new SloSampler({ ...rest, condition, onEvaluated: (self) => onEvaluated(policy, self) });
    sampler.start();
    return sampler;
  }
}

function keyFor(policy: Policy, condition: SLOViolationCondition): string {
  return JSON.stringify([policy.name, condition]);
}
