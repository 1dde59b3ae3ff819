import type { InstantQuery } from '../../alerts/prometheus.ts';
import type { Clock } from '../../clock.ts';
import type { PodView } from '../../cluster/pod.ts';
import { describeError } from '../../errors.ts';
import type { SLOViolationCondition } from '../../policy/schema.ts';
import type { SloReading } from './observation.ts';
import { advance, type Evaluation, missingNow, NOTHING_KNOWN, readSlo, type SloState } from './slo-state.ts';

export interface SloSamplerOptions {
  readonly condition: SLOViolationCondition;
  readonly query: InstantQuery;
  readonly clock: Clock;
  readonly intervalMs: number;
  /** Data older than this are missing data. */
  readonly staleAfterMs: number;
  /** After each evaluation. */
  readonly onEvaluated: (sampler: SloSampler) => void;
}

/** Evaluates the query of one SLO condition again and again and remembers since when each replica has been sick. */
export class SloSampler {
  readonly #options: SloSamplerOptions;
  #state: SloState = NOTHING_KNOWN;
  #timer: NodeJS.Timeout | undefined;
  #asking = false;

  constructor(options: SloSamplerOptions) {
    this.#options = options;
  }

  get condition(): SLOViolationCondition {
    return this.#options.condition;
  }

  start(): void {
    this.#timer = setInterval(() => void this.evaluate(), this.#options.intervalMs);
    void this.evaluate();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** One evaluation; none is started while another is under way. Never rejects. */
  async evaluate(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    const { condition, staleAfterMs } = this.#options;
    this.#state = advance(this.#state, await this.#ask(), condition, staleAfterMs);
    this.#asking = false;
    this.#options.onEvaluated(this);
  }

  /** Why nothing is known now; undefined while the data are good. */
  missing(): string | undefined {
    const { clock, staleAfterMs } = this.#options;
    return missingNow(this.#state, clock.nowMs(), staleAfterMs);
  }

  completeAtMs(): number | undefined {
    return this.#state.completeAtMs;
  }

  /** What is known about a pod now. */
  read(pod: PodView): SloReading {
    const { condition, clock, staleAfterMs } = this.#options;
    const replica = condition.replicaIs === 'podIP' ? pod.ip : pod.name;
    return readSlo(this.#state, replica, clock.nowMs(), staleAfterMs);
  }

  /** Replicas with a sample now, and whether it is a sick one. */
  replicas(): ReadonlyMap<string, boolean> {
    return new Map([...this.#state.replicas].map(([replica, { sickSinceMs }]) => [replica, sickSinceMs !== undefined]));
  }

  async #ask(): Promise<Evaluation> {
    const { query, condition, clock } = this.#options;
    const atMs = clock.nowMs();
    try {
      return { ok: true, samples: await query(condition.query), atMs };
    } catch (error) {
      return { ok: false, reason: describeError(error), atMs };
    }
  }
}
