import type { z } from 'zod';
import { labels } from '../../fields/label-fields.ts';
import { nodeName } from '../../fields/name-fields.ts';
import { duration, mapping, name, oneOf } from '../../fields/schema-fields.ts';
import { NODE_ACTIONS } from '../../model/fault.ts';
import { NODE_ACTION_KINDS } from './node-actions.ts';

const does = listed(
  NODE_ACTIONS.map((action) => NODE_ACTION_KINDS[action].does),
  'or',
);
const lasting = listed(
  NODE_ACTIONS.filter((action) => NODE_ACTION_KINDS[action].mustEndBecause !== null).map((action) => `\`${action}\``),
  'and',
);

export const nodeSchema = mapping(
  {
    action: oneOf(NODE_ACTIONS).meta({ description: `${does.charAt(0).toUpperCase()}${does.slice(1)}.` }),
    node: mapping(
      {
        name: nodeName.optional().meta({ description: 'Name of the node.' }),
        labels: labels.optional().meta({ description: 'Labels the node carries.' }),
        runs: mapping(
          {
            namespace: name.meta({ description: 'Namespace of the pod.' }),
            labels: labels.meta({ description: 'Labels of the pod.' }),
          },
          'a pod by namespace and labels',
        )
          .optional()
          .meta({ description: 'A pod that runs on the node.' }),
      },
      'a node by name, labels or what runs on it',
    )
      .default({})
      .meta({ description: 'Which worker; one of those that fit is drawn by the run’s seed, never the judge’s.' }),
    duration: duration.optional().meta({ description: `How long it stays so; for ${lasting} only, and required.` }),
  },
  'a node fault with action',
).meta({
  description:
    'A fault of a node that kind made, or of any other by the command that `nodeCommands` of healproof.yaml gives.',
});

export type NodeDocument = z.output<typeof nodeSchema>;

/** `a`, `a or b`, `a, b, or c`. */
function listed(words: readonly string[], conjunction: 'and' | 'or'): string {
  if (words.length < 3) return words.join(` ${conjunction} `);
  return `${words.slice(0, -1).join(', ')}, ${conjunction} ${words.at(-1)}`;
}
