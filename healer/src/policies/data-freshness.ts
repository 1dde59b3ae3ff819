import type { Clock } from '../clock.ts';
import type { ClusterCache } from '../cluster/cluster-cache.ts';
import type { WatchHealth } from '../cluster/watch-health.ts';
import type { SloSamplers } from '../pods/condition/slo-samplers.ts';
import type { Condition, Policy } from '../policy/schema.ts';
import { selects } from '../policy/selector.ts';
import type { Shards } from '../shards/shards.ts';
import type { HealerMetrics } from '../telemetry/metrics.ts';

/** Something a condition stands still for, or moves again after. */
export interface FrozenChange {
  readonly policy: Policy;
  readonly condition: Condition;
  /** Why it stands still; undefined when it moves again. */
  readonly missing: string | undefined;
  readonly atMs: number;
}

export interface DataFreshnessOptions {
  readonly policies: { readonly policies: readonly Policy[] };
  readonly samplers: SloSamplers;
  readonly cluster: Pick<ClusterCache, 'pods'>;
  readonly watches: Pick<WatchHealth, 'stale'>;
  /** How long data must be missing before it is told. */
  readonly tellAfterMs: number;
  readonly shards: Pick<Shards, 'held'>;
  readonly metrics: HealerMetrics;
  readonly clock: Clock;
  readonly onFrozenChange: (change: FrozenChange) => void;
}

/** Checks again and again which conditions have the data they need, and shows it. */
export class DataFreshness {
  readonly #options: DataFreshnessOptions;
  readonly #missing = new Map<string, { readonly sinceMs: number; told: boolean }>();
  #frozen = new Map<string, string>();
  #beatAtMs: number;

  constructor(options: DataFreshnessOptions) {
    this.#options = options;
    this.#beatAtMs = options.clock.monotonicMs();
  }

  /** Milliseconds since the last beat. */
  ageMs(): number {
    return this.#options.clock.monotonicMs() - this.#beatAtMs;
  }

  /** Why a policy stands still, as of the last beat; undefined while it does not. */
  missingOf(policy: string): string | undefined {
    return this.#frozen.get(policy);
  }

  beat(): void {
    const { policies, metrics, clock, shards } = this.#options;
    const mayAct = shards.held().length > 0;
    this.#beatAtMs = clock.monotonicMs();
    metrics.frozen.reset();
    // Only the replica that may act proves with this that somebody is awake.
    metrics.lastEvaluation.reset();
    const frozenNow = new Map<string, string>();
    const watchesMissing = this.#watchesMissing();
    for (const policy of policies.policies) {
      for (const condition of policy.conditions) {
        const { missing, completeAtMs } = this.#inputsOf(policy, condition, watchesMissing);
        if (missing !== undefined) frozenNow.set(policy.name, `${condition.type}: ${missing}`);
        this.#note(policy, condition, missing);
        const labels = { policy: policy.name, condition: condition.type };
        if (mayAct && completeAtMs !== undefined) metrics.lastEvaluation.set(labels, completeAtMs / 1000);
      }
      metrics.frozen.set({ policy: policy.name }, frozenNow.has(policy.name) ? 1 : 0);
    }
    this.#frozen = frozenNow;
  }

  #inputsOf(
    policy: Policy,
    condition: Condition,
    watchesMissing: string | undefined,
  ): { missing: string | undefined; completeAtMs: number | undefined } {
    const nowMs = this.#options.clock.nowMs();
    // Of a policy without pods nothing is asked, so nothing can be missing.
    if (condition.type !== 'SLOViolation' || watchesMissing !== undefined || !this.#selectsAny(policy)) {
      return { missing: watchesMissing, completeAtMs: watchesMissing === undefined ? nowMs : undefined };
    }
    const sampler = this.#options.samplers.of(policy, condition);
    return { missing: sampler?.missing() ?? undefined, completeAtMs: sampler?.completeAtMs() };
  }

  #selectsAny(policy: Policy): boolean {
    return [...this.#options.cluster.pods.values()].some((pod) => selects(policy, pod));
  }

  #watchesMissing(): string | undefined {
    const stale = this.#options.watches.stale();
    return stale === undefined ? undefined : `the watch of ${stale} is stale`;
  }

  /** A gap is only worth a word when it lasts. */
  #note(policy: Policy, condition: Condition, missing: string | undefined): void {
    const { clock, tellAfterMs, onFrozenChange } = this.#options;
    const key = `${policy.name}/${condition.type}`;
    const known = this.#missing.get(key);
    const change = { policy, condition, missing, atMs: clock.nowMs() };
    if (missing === undefined) {
      this.#missing.delete(key);
      if (known?.told === true) onFrozenChange(change);
      return;
    }
    const gap = known ?? { sinceMs: clock.monotonicMs(), told: false };
    this.#missing.set(key, gap);
    if (gap.told || clock.monotonicMs() - gap.sinceMs < tellAfterMs) return;
    gap.told = true;
    onFrozenChange(change);
  }
}
