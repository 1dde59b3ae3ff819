import { z } from 'zod';
import { authorWitness } from '../faults/author-witness.ts';
import { FAULT_KINDS, FAULT_TYPES } from '../faults/fault-kinds.ts';
import { duration, expected, listOf, mapping } from '../fields/schema-fields.ts';
import type { FaultType } from '../model/fault.ts';

type KindSchemas = { [Type in FaultType]: z.ZodOptional<(typeof FAULT_KINDS)[Type]['schema']> };
const kindSchemas = Object.fromEntries(
  FAULT_TYPES.map((type) => [type, FAULT_KINDS[type].schema.optional()]),
) as KindSchemas;
const kinds = { ...kindSchemas, witness: authorWitness.optional() };

const SINGLE = `exactly one of ${FAULT_TYPES.join(', ')}`;

const hasOneKind = (value: Readonly<Record<string, unknown>>): boolean =>
  FAULT_TYPES.filter((type) => value[type] !== undefined).length === 1;

const step = mapping(
  { after: duration.optional().meta({ description: 'After the first one; the first has none.' }), ...kinds },
  `a fault: ${SINGLE}`,
)
  .refine(hasOneKind, expected(`a fault: ${SINGLE}`))
  .meta({ id: 'step' });

const sequence = listOf(step, 'a list of faults').min(2, expected('at least two faults')).meta({
  description:
    'Several faults in a row. Each must be proven and recovered from, and all be in force until the last is judged.',
});

const FAULT = `\`none\` or a mapping with one of ${FAULT_TYPES.join(', ')}, sequence`;

export const fault = z
  .union(
    [
      z.literal('none', expected(FAULT)),
      mapping({ ...kinds, sequence: sequence.optional() }, FAULT).refine(
        (value) => hasOneKind(value) !== (value.sequence !== undefined),
        expected(FAULT),
      ),
    ],
    expected(FAULT),
  )
  .meta({ description: 'What is broken. `none` is a control run: nothing is.' });

export type FaultDocument = z.output<typeof fault>;
export type StepDocument = z.output<typeof step>;
