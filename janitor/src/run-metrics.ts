import { Gauge, type Registry } from 'prom-client';
import { messageOf } from '../../src/errors.ts';
import {
  OUTCOMES,
  PUBLISHED_RUNS,
  type PublishedRun,
  publishedRunSchema,
  RUN_METRICS,
} from '../../src/experiment/cluster-records/published-run.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Kube } from '../../src/ports/kube.ts';

/** Scrapes come every second; the runs change every few minutes. */
const READ_EVERY_MS = 10_000;

export interface RunMetricsOptions {
  readonly kube: Pick<Kube, 'get'>;
  readonly clock: Pick<Clock, 'steadyMs'>;
  log(message: string, facts?: Readonly<Record<string, unknown>>): void;
}

const OF_SCENARIO = ['scenario', 'healer'] as const;

/** Shows what the newest runs left in the cluster. What it reads is as old as `lastReadTimestampSeconds` says. */
export class RunMetrics {
  readonly #options: RunMetricsOptions;
  readonly #outcome: Gauge<'scenario' | 'healer' | 'outcome'>;
  readonly #kept: Gauge<'scenario' | 'healer' | 'outcome'>;
  readonly #recovery: Gauge<'scenario' | 'healer' | 'bound'>;
  readonly #phase: Gauge<'scenario' | 'healer' | 'phase' | 'bound'>;
  readonly #within: Gauge<'scenario' | 'healer'>;
  readonly #ended: Gauge<'scenario' | 'healer'>;
  readonly #lastRead: Gauge;
  readonly #unreadable: Gauge;
  #triedAtMs = Number.NEGATIVE_INFINITY;

  constructor(registry: Registry, options: RunMetricsOptions) {
    const make = <T extends string>(name: string, help: string, labelNames: readonly T[] = []): Gauge<T> =>
      new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] });
    this.#options = options;
    this.#outcome = make(RUN_METRICS.outcome, 'How the newest run of a scenario ended.', [...OF_SCENARIO, 'outcome']);
    this.#kept = make(RUN_METRICS.kept, 'Runs among those that are kept.', [...OF_SCENARIO, 'outcome']);
    this.#recovery = make(RUN_METRICS.recoverySeconds, 'Recovery time of the newest run.', [...OF_SCENARIO, 'bound']);
    this.#phase = make(RUN_METRICS.phaseSeconds, 'One phase of it.', [...OF_SCENARIO, 'phase', 'bound']);
    this.#within = make(RUN_METRICS.withinSeconds, 'Recovery time objective.', OF_SCENARIO);
    this.#ended = make(RUN_METRICS.endTimestampSeconds, 'When the newest run ended.', OF_SCENARIO);
    this.#lastRead = make(RUN_METRICS.lastReadTimestampSeconds, 'When the figures of the runs were last read.');
    this.#unreadable = make(RUN_METRICS.unreadable, 'Entries that could not be understood.');
  }

  /** Reads anew where the last try is long enough ago. Never throws: taking runs back is more important than showing them. */
  async refresh(): Promise<void> {
    const { kube, clock, log } = this.#options;
    if (clock.steadyMs() - this.#triedAtMs < READ_EVERY_MS) return;
    this.#triedAtMs = clock.steadyMs();
    try {
      const { namespace, configMap: name } = PUBLISHED_RUNS;
      const found = await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name });
      this.#show(Object.values((found?.data ?? {}) as Readonly<Record<string, string>>));
      this.#lastRead.set(Date.now() / 1000);
    } catch (error: unknown) {
      log('could not read the figures of the runs', { error: messageOf(error) });
    }
  }

  #show(entries: readonly string[]): void {
    const runs = entries.map(readEntry);
    const known = runs.filter((run) => run !== null);
    for (const gauge of [this.#outcome, this.#kept, this.#recovery, this.#phase, this.#within, this.#ended])
      gauge.reset();
    this.#unreadable.set(runs.length - known.length);
    for (const { scenario, healer, outcome } of known) this.#kept.inc({ scenario, healer, outcome });
    for (const run of newestOfEach(known)) this.#showNewest(run);
  }

  #showNewest({ scenario, healer, outcome, endedAtMs, withinMs, recovery, phases }: PublishedRun): void {
    const of = { scenario, healer };
    for (const each of OUTCOMES) this.#outcome.set({ ...of, outcome: each }, each === outcome ? 1 : 0);
    this.#within.set(of, withinMs / 1000);
    this.#ended.set(of, endedAtMs / 1000);
    if (recovery !== null) {
      this.#recovery.set({ ...of, bound: 'lower' }, recovery.lowerMs / 1000);
      this.#recovery.set({ ...of, bound: 'upper' }, recovery.upperMs / 1000);
    }
    for (const { phase, took } of phases) {
      if (took === null) continue;
      this.#phase.set({ ...of, phase, bound: 'lower' }, took.lowerMs / 1000);
      this.#phase.set({ ...of, phase, bound: 'upper' }, took.upperMs / 1000);
    }
  }
}

function readEntry(text: string): PublishedRun | null {
  try {
    return publishedRunSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch (error: unknown) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function newestOfEach(runs: readonly PublishedRun[]): PublishedRun[] {
  const newest = new Map<string, PublishedRun>();
  for (const run of runs.toSorted((a, b) => a.endedAtMs - b.endedAtMs))
    newest.set(`${run.scenario} ${run.healer}`, run);
  return [...newest.values()];
}
