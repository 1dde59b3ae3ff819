import type { z } from 'zod';
import { anything, mapping, oneOf } from '../../fields/schema-fields.ts';
import { CHAOS_KINDS, OTHER_CHAOS_KINDS } from '../../model/chaos-kinds.ts';

export const chaosMeshSchema = mapping(
  {
    kind: oneOf(CHAOS_KINDS, OTHER_CHAOS_KINDS).meta({ description: 'Kind of the Chaos Mesh experiment.' }),
    spec: anything('the spec of the Chaos Mesh experiment').meta({
      description: 'Its spec as Chaos Mesh documents it, unchanged; a fault that lasts must carry `duration`.',
    }),
  },
  'a Chaos Mesh fault with kind and spec',
).meta({ description: 'A fault that Chaos Mesh injects.' });

export type ChaosMeshDocument = z.output<typeof chaosMeshSchema>;
