import { describe, expect, it } from 'vitest';
import { METRICS } from '../../../healer/src/names.ts';
import type { Sample } from '../../experiment/evidence/evidence.ts';
import type { Kube } from '../../ports/kube.ts';
import type { MetricsSource } from '../../ports/metrics-source.ts';
import { HealerLog } from './healer-log.ts';

const AWAKE = { [METRICS.lastEvaluationTimestampSeconds]: [1, 1], [METRICS.frozen]: [0, 0], [METRICS.shards]: [0, 0] };

function watch(answers: Readonly<Record<string, readonly (number | null)[]>>) {
  const kube = { list: async () => [] } as unknown as Kube;
  const metrics = {
    range: async (query: string): Promise<Sample[]> => {
      const values = Object.entries(answers).find(([name]) => query.includes(name))?.[1] ?? [];
      return values.map((value, index) => ({ atMs: index * 1000, value, problem: value === null ? 'NO_DATA' : null }));
    },
  } as unknown as MetricsSource;
  return new HealerLog(kube, metrics).read(0, 1_000, ['shop']);
}

describe('the proof that the healer was awake', () => {
  it('holds while every rule was evaluated, none stood still and every shard had its replica', async () => {
    expect(await watch(AWAKE)).toMatchObject({ aliveThroughout: true });
  });

  it.each([
    ['an evaluation is old', { [METRICS.lastEvaluationTimestampSeconds]: [1, 5.1] }, /last evaluation was 5.1 s old/],
    ['evaluations are not told', { [METRICS.lastEvaluationTimestampSeconds]: [1, null] }, /nothing told when/],
    ['there are no samples at all', { [METRICS.lastEvaluationTimestampSeconds]: [] }, /no sample of its evaluations/],
    ['a rule stands still', { [METRICS.frozen]: [0, 1] }, /stood still/],
    ['a shard has no replica', { [METRICS.shards]: [0, 4] }, /4 of its shards had no replica/],
    ['it is not known who holds the shards', { [METRICS.shards]: [null, 0] }, /nothing told whether somebody acts/],
    ['no replica tells of shards', { [METRICS.shards]: [] }, /no sample of who acts/],
  ])('does not hold when %s', async (_title, changes, sentence) => {
    const { aliveThroughout, detail } = await watch({ ...AWAKE, ...changes });
    expect(aliveThroughout).toBe(false);
    expect(detail).toMatch(sentence);
  });
});
