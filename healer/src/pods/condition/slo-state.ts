import type { VectorSample } from '../../alerts/prometheus.ts';
import type { SLOViolationCondition } from '../../policy/schema.ts';
import { isSick } from '../../policy/threshold.ts';
import type { SloReading } from './observation.ts';

/** One evaluation of a query: what came back, or why nothing usable did. */
export type Evaluation =
  | { readonly ok: true; readonly samples: readonly VectorSample[]; readonly atMs: number }
  | { readonly ok: false; readonly reason: string; readonly atMs: number };

interface ReplicaState {
  readonly value: number;
  readonly sickSinceMs: number | undefined;
  readonly atMs: number;
}

/** What is known about the replicas of one SLO condition. */
export interface SloState {
  readonly replicas: ReadonlyMap<string, ReplicaState>;
  /** Last evaluation with usable data; undefined before the first. */
  readonly completeAtMs: number | undefined;
  /** Why the newest evaluation brought nothing; undefined when it did. */
  readonly missing: string | undefined;
}

export const NOTHING_KNOWN: SloState = {
  replicas: new Map(),
  completeAtMs: undefined,
  missing: 'the query was not evaluated yet',
};

/** The next state after an evaluation. A gap longer than `staleAfterMs` ends every stretch of sick samples. */
export function advance(
  state: SloState,
  evaluation: Evaluation,
  condition: SLOViolationCondition,
  staleAfterMs: number,
): SloState {
  const usable = checkEvaluation(evaluation, condition, staleAfterMs);
  if (!usable.ok) return { ...state, missing: usable.reason };
  const replicas = new Map<string, ReplicaState>();
  for (const [replica, value] of usable.values) {
    const before = state.replicas.get(replica);
    const unbroken = before !== undefined && evaluation.atMs - before.atMs <= staleAfterMs;
    const since = unbroken ? (before.sickSinceMs ?? evaluation.atMs) : evaluation.atMs;
    const sickSinceMs = isSick(condition.threshold, value) ? since : undefined;
    replicas.set(replica, { value, sickSinceMs, atMs: evaluation.atMs });
  }
  return { replicas, completeAtMs: evaluation.atMs, missing: undefined };
}

/** Why nothing is known now; undefined while the newest evaluation is good and fresh. */
export function missingNow(state: SloState, nowMs: number, staleAfterMs: number): string | undefined {
  if (state.missing !== undefined) return state.missing;
  const ageMs = nowMs - (state.completeAtMs ?? Number.NEGATIVE_INFINITY);
  return ageMs > staleAfterMs ? `the last evaluation is ${Math.round(ageMs)} ms old` : undefined;
}

/** What is known about one replica now. Only the newest evaluation counts, and only while it is fresh. */
export function readSlo(state: SloState, replica: string | undefined, nowMs: number, staleAfterMs: number): SloReading {
  const missing = missingNow(state, nowMs, staleAfterMs);
  if (missing !== undefined) return { kind: 'missing', reason: missing };
  if (replica === undefined) return { kind: 'missing', reason: 'the pod has no address of its own' };
  const known = state.replicas.get(replica);
  if (known === undefined) return { kind: 'missing', reason: `the query has no usable sample for ${replica}` };
  return { kind: 'value', value: known.value, sickSinceMs: known.sickSinceMs };
}

type Usable =
  | { readonly ok: true; readonly values: ReadonlyMap<string, number> }
  | { readonly ok: false; readonly reason: string };

function checkEvaluation(evaluation: Evaluation, condition: SLOViolationCondition, staleAfterMs: number): Usable {
  if (!evaluation.ok) return evaluation;
  if (evaluation.samples.length === 0) return { ok: false, reason: 'the query returned no sample' };
  const values = new Map<string, number>();
  for (const sample of evaluation.samples) {
    const replica = sample.labels[condition.replicaLabel];
    if (replica === undefined) return { ok: false, reason: `a sample has no label ${condition.replicaLabel}` };
    if (values.has(replica)) return { ok: false, reason: `the query returned two samples for ${replica}` };
    if (evaluation.atMs - sample.evaluatedAtMs > staleAfterMs) {
      return { ok: false, reason: 'the samples are older than they may be' };
    }
    values.set(replica, sample.value);
  }
  const usable = new Map([...values].filter(([, value]) => Number.isFinite(value)));
  return usable.size === 0 ? { ok: false, reason: 'every sample is NaN or infinite' } : { ok: true, values: usable };
}
