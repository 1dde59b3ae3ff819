import { describe, expect, it } from 'vitest';
import { NOW_MS, policy } from '../../../test/fakes/samples.ts';
import type { VectorSample } from '../../alerts/prometheus.ts';
import type { SLOViolationCondition } from '../../policy/schema.ts';
import { advance, type Evaluation, missingNow, NOTHING_KNOWN, readSlo, type SloState } from './slo-state.ts';

const STALE_MS = 3_000;

function sloCondition(): SLOViolationCondition {
  const found = policy().conditions.find((each) => each.type === 'SLOViolation');
  if (found === undefined) throw new Error('the sample policy has no SLOViolation');
  return found;
}

function sample(replica: string | undefined, value: number, ageMs = 0): VectorSample {
  return { labels: replica === undefined ? {} : { replica }, value, evaluatedAtMs: NOW_MS - ageMs };
}

function evaluation(samples: readonly VectorSample[], offsetMs = 0): Evaluation {
  const moved = samples.map((each) => ({ ...each, evaluatedAtMs: each.evaluatedAtMs + offsetMs }));
  return { ok: true, samples: moved, atMs: NOW_MS + offsetMs };
}

function after(...evaluations: readonly Evaluation[]): SloState {
  return evaluations.reduce((state, each) => advance(state, each, sloCondition(), STALE_MS), NOTHING_KNOWN);
}

const read = (state: SloState, replica: string | undefined, offsetMs = 0) =>
  readSlo(state, replica, NOW_MS + offsetMs, STALE_MS);

describe('what is known about a replica', () => {
  it('is nothing before the first evaluation', () => {
    expect(read(NOTHING_KNOWN, 'a').kind).toBe('missing');
  });

  it('is its value, sick or well', () => {
    const state = after(evaluation([sample('a', 0.9), sample('b', 0.1)]));
    expect(read(state, 'a')).toEqual({ kind: 'value', value: 0.9, sickSinceMs: NOW_MS });
    expect(read(state, 'b')).toEqual({ kind: 'value', value: 0.1, sickSinceMs: undefined });
  });

  it('keeps the beginning of a stretch of sick samples until a well one', () => {
    const sick = after(evaluation([sample('a', 1)]), evaluation([sample('a', 1)], 1_000));
    expect(read(sick, 'a', 1_000)).toMatchObject({ sickSinceMs: NOW_MS });
    const again = advance(
      advance(sick, evaluation([sample('a', 0)], 2_000), sloCondition(), STALE_MS),
      evaluation([sample('a', 1)], 3_000),
      sloCondition(),
      STALE_MS,
    );
    expect(read(again, 'a', 3_000)).toMatchObject({ sickSinceMs: NOW_MS + 3_000 });
  });

  it.each<[string, Evaluation]>([
    ['the query failed', { ok: false, reason: 'Prometheus did not answer', atMs: NOW_MS + 1_000 }],
    ['the vector is empty', evaluation([], 1_000)],
    ['every value is NaN', evaluation([sample('a', Number.NaN), sample('b', Number.NaN)], 1_000)],
    ['every value is infinite', evaluation([sample('a', Number.POSITIVE_INFINITY)], 1_000)],
    ['a sample names no replica', evaluation([sample('a', 1), sample(undefined, 1)], 1_000)],
    ['two samples name the same replica', evaluation([sample('a', 1), sample('a', 0)], 1_000)],
    ['the samples are old', evaluation([sample('a', 1, STALE_MS + 1)], 1_000)],
  ])('is missing at once when %s, also after good data', (_title, bad) => {
    const state = after(evaluation([sample('a', 1)]), bad);
    expect(read(state, 'a', 1_000).kind).toBe('missing');
    expect(missingNow(state, NOW_MS + 1_000, STALE_MS)).toMatch(/\w/);
  });

  it('is missing for the replica alone whose value is NaN', () => {
    const state = after(evaluation([sample('a', Number.NaN), sample('b', 0)]));
    expect(read(state, 'a').kind).toBe('missing');
    expect(read(state, 'b').kind).toBe('value');
  });

  it('is missing for a replica without a sample or without an address', () => {
    const state = after(evaluation([sample('a', 0)]));
    expect(read(state, 'c').kind).toBe('missing');
    expect(read(state, undefined).kind).toBe('missing');
  });

  it('is missing once the last evaluation is too old', () => {
    const state = after(evaluation([sample('a', 1)]));
    expect(read(state, 'a', STALE_MS).kind).toBe('value');
    expect(read(state, 'a', STALE_MS + 1).kind).toBe('missing');
  });

  it('bridges a short gap, and begins anew after a long one', () => {
    const gap: Evaluation = { ok: false, reason: 'no answer', atMs: NOW_MS + 1_000 };
    const short = after(evaluation([sample('a', 1)]), gap, evaluation([sample('a', 1)], 3_000));
    expect(read(short, 'a', 3_000)).toMatchObject({ sickSinceMs: NOW_MS });
    const long = after(evaluation([sample('a', 1)]), gap, evaluation([sample('a', 1)], 3_001));
    expect(read(long, 'a', 3_001)).toMatchObject({ sickSinceMs: NOW_MS + 3_001 });
  });
});
