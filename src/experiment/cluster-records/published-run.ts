import { z } from 'zod';
import { DEAD_MAN } from './undo.ts';

/** Where runs leave their figures in the cluster; the janitor shows them to Prometheus. */
export const PUBLISHED_RUNS = {
  namespace: DEAD_MAN.namespace,
  configMap: 'healproof-runs',
  /** So many are kept, newest first. */
  keep: 100,
  keyOf: (runId: string): string => `${runId}.json`,
} as const;

/** Metrics about runs: the contract with dashboards and alerts. Figures are those of a scenario's newest run. */
export const RUN_METRICS = {
  /** Gauge {scenario, healer, outcome}: 1 for how the newest run ended, else 0. */
  outcome: 'healproof_run_outcome',
  /** Gauge {scenario, healer, bound}: recovery time, its `lower` and `upper` bound; absent where nothing was restored. */
  recoverySeconds: 'healproof_run_recovery_seconds',
  /** Gauge {scenario, healer, phase, bound}: the same of one phase. */
  phaseSeconds: 'healproof_run_phase_seconds',
  /** Gauge {scenario, healer}: the recovery time objective. */
  withinSeconds: 'healproof_run_within_seconds',
  /** Gauge {scenario, healer}: unix time at which the newest run ended. */
  endTimestampSeconds: 'healproof_run_end_timestamp_seconds',
  /** Gauge {scenario, healer, outcome}: runs among those that are kept. */
  kept: 'healproof_run_kept',
  /** Gauge: unix time at which the figures were last read; they are as old as that. */
  lastReadTimestampSeconds: 'healproof_run_last_read_timestamp_seconds',
  /** Gauge: entries that could not be understood. */
  unreadable: 'healproof_run_unreadable',
} as const;

export const OUTCOMES = ['pass', 'fail', 'inconclusive', 'leak', 'skipped'] as const;

const span = z.object({ lowerMs: z.number(), upperMs: z.number() });

/** The figures of one run, as they lie in the ConfigMap. */
export const publishedRunSchema = z.object({
  version: z.literal(1),
  runId: z.string(),
  scenario: z.string(),
  healer: z.enum(['on', 'off']),
  outcome: z.enum(OUTCOMES),
  endedAtMs: z.number(),
  withinMs: z.number(),
  recovery: span.nullable(),
  phases: z.array(z.object({ phase: z.string(), took: span.nullable() })),
});
export type PublishedRun = z.infer<typeof publishedRunSchema>;
