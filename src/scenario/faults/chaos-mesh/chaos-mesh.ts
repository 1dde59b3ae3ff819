import { parseGoDuration } from '../../model/duration.ts';
import type { ChaosMeshFault } from '../../model/fault.ts';
import type { FaultKind } from '../shared/fault-kind.ts';
import { ALL_CHAOS_KINDS, deletesItsPods, happensOnce } from './kinds/chaos-kinds.ts';
import { chaosProblems } from './problems.ts';
import { type ChaosMeshDocument, chaosMeshSchema } from './schema.ts';

/** An experiment of Chaos Mesh, which injects it and takes it back. */
export const chaosMesh = {
  schema: chaosMeshSchema,
  read: toChaosMesh,
  writtenProblems: chaosProblems,
  problems: () => [],
  durationPath: ['spec', 'duration'],
  counts: 'maxPods',
  isOneShot: ({ kind, spec }) => happensOnce(kind, spec),
  endsWithTarget: false,
  takesAway: ({ kind, spec }) => (deletesItsPods(kind, spec) ? 'targets' : null),
  words: ({ kind, spec }) => (typeof spec.action === 'string' ? `${kind} ${spec.action}` : kind),
  shortWords: ({ kind }) => kind,
  templates: Object.fromEntries(ALL_CHAOS_KINDS.flatMap(({ templates }) => Object.entries(templates))),
} satisfies FaultKind<ChaosMeshFault, ChaosMeshDocument>;

function toChaosMesh({ kind, spec }: ChaosMeshDocument): ChaosMeshFault {
  const written = happensOnce(kind, spec) ? undefined : spec.duration;
  return { type: 'chaosMesh', kind, spec, durationMs: typeof written === 'string' ? parseGoDuration(written) : null };
}
