import { z } from 'zod';
import { count, expected, mapping } from '../fields/schema-fields.ts';

const RUNS = 'a mapping with runs, or with percentile and confidence';

function percent(what: string, least: number): z.ZodNumber {
  const error = expected(`${what}, a number from ${least} to 99.9`);
  return z.number(error).min(least, error).max(99.9, error);
}

const everyRun = mapping({
  runs: count(2).max(1_000, expected('at most 1000')).meta({ description: 'So many runs, and every one must pass.' }),
});

const claim = mapping({
  percentile: percent('a percentile', 50).meta({
    description: 'In at least this percentage of all runs the scenario holds.',
  }),
  confidence: percent('a confidence', 50).meta({
    description: 'How sure one must be of that, in percent; `validate` says how many runs it takes.',
  }),
});

export const repeat = z
  .union([everyRun, claim], expected(RUNS))
  .optional()
  .meta({
    description:
      'Either `runs`: a number of runs of which every one must pass. Or `percentile` and `confidence`: a claim over all runs that this scenario has had as it stands.',
    examples: [{ runs: 5 }, { percentile: 95, confidence: 95 }],
  });
