import type { Target } from '../../experiment/evidence/evidence.ts';
import { isInTolerance } from '../../experiment/probes/tolerance-check.ts';
import type { MetricsSource } from '../../ports/metrics-source.ts';
import type { Witness } from '../../ports/witness.ts';
import type { AuthorWitness } from '../../scenario/model/fault.ts';

/** The author's own query; what it says counts for every target. No sample, or more than one, is no answer. */
export function queryWitness(
  metrics: MetricsSource,
  { query, tolerance }: AuthorWitness,
  targets: readonly Target[],
): Witness {
  const name = 'author-query';
  return {
    name,
    async look(signal) {
      const atMs = Date.now();
      const { value, problem, detail } = await metrics.sample(query, atMs, signal);
      const bitten = value === null ? null : isInTolerance(value, tolerance);
      const observation = value === null ? `${query}: ${detail ?? problem}` : `${query} is ${value}`;
      return targets.map(({ uid }) => ({ targetUid: uid, witness: name, atMs, bitten, observation }));
    },
  };
}
