import type { z } from 'zod';
import { toTolerance } from '../fields/read-fields.ts';
import { mapping, query, tolerance } from '../fields/schema-fields.ts';
import type { AuthorWitness } from '../model/fault.ts';

export const authorWitness = mapping(
  {
    query,
    tolerance: tolerance.meta({
      description: 'Must not hold before the injection and must hold once the fault is there.',
    }),
  },
  'a witness with query and tolerance',
).meta({
  description: 'Your own proof that the fault bites, required where healproof has none. It is added to its own.',
});

/** The author's own proof as it is asked. */
export function toAuthorWitness({ query, tolerance }: z.output<typeof authorWitness>): AuthorWitness {
  return { query, tolerance: toTolerance(tolerance) };
}
