import type { z } from 'zod';
import { CHAOS_KINDS } from '../../chaos-kinds.ts';
import { anything, mapping, oneOf } from '../../schema-fields.ts';

export const chaosMeshSchema = mapping(
  {
    kind: oneOf(CHAOS_KINDS).meta({ description: 'Kind of the Chaos Mesh experiment.' }),
    spec: anything('the spec of the Chaos Mesh experiment').meta({
      description: 'Its spec as Chaos Mesh documents it, unchanged; a fault that lasts must carry `duration`.',
    }),
  },
  'a Chaos Mesh fault with kind and spec',
).meta({ description: 'A fault that Chaos Mesh injects.' });

export type ChaosMeshDocument = z.output<typeof chaosMeshSchema>;
