import { toMs } from '../../fields/read-fields.ts';
import type { NodeFault, NodeQuery } from '../../model/fault.ts';
import type { FaultKind, FaultProblem } from '../shared/fault-kind.ts';
import { NODE_ACTION_KINDS } from './node-actions.ts';
import { type NodeDocument, nodeSchema } from './schema.ts';

/** Something that happens to a whole worker. */
export const node = {
  schema: nodeSchema,
  read: toNode,
  problems: nodeProblems,
  durationPath: ['duration'],
  counts: 'maxNodes',
  isOneShot: ({ action }) => NODE_ACTION_KINDS[action].isOneShot,
  endsWithTarget: false,
  takesAway: ({ action }) => (NODE_ACTION_KINDS[action].evictsPods ? 'pods-on-targets' : null),
  words: ({ action }) => `node ${action}`,
  shortWords: ({ action }) => `node ${action}`,
  templates: Object.fromEntries(Object.values(NODE_ACTION_KINDS).flatMap(({ templates }) => Object.entries(templates))),
} satisfies FaultKind<NodeFault, NodeDocument>;

function toNode({ action, node, duration }: NodeDocument): NodeFault {
  const isLasting = NODE_ACTION_KINDS[action].mustEndBecause !== null;
  const durationMs = isLasting && duration !== undefined ? toMs(duration) : null;
  return { type: 'node', action, node: toNodeQuery(node), durationMs };
}

function toNodeQuery({ name, labels, runs }: NodeDocument['node']): NodeQuery {
  return {
    ...(name === undefined ? {} : { name }),
    ...(labels === undefined ? {} : { labels }),
    ...(runs === undefined ? {} : { runs }),
  };
}

function nodeProblems({ action, durationMs }: NodeFault): FaultProblem[] {
  const { mustEndBecause } = NODE_ACTION_KINDS[action];
  if (mustEndBecause === null || durationMs !== null) return [];
  const message = `expected a duration such as 180s, but it is missing: ${mustEndBecause}`;
  return [{ path: ['duration'], message }];
}
