import { InternalError } from '../../../errors.ts';
import type { KubernetesChange, KubernetesFault, ObjectQuery } from '../../model/fault.ts';
import type { FaultKind } from '../shared/fault-kind.ts';
import { changeProblems } from './problems.ts';
import { type KubernetesDocument, kubernetesSchema, type ObjectDocument } from './schema.ts';
import { kubernetesTemplates } from './templates.ts';

/** A change of one object through the API server. */
export const kubernetes = {
  schema: kubernetesSchema,
  read: (document) => ({ type: 'kubernetes', change: toChange(document), durationMs: null }),
  problems: ({ change }, { namespaces }) => changeProblems(change, namespaces),
  durationPath: [],
  counts: 'maxPods',
  isOneShot: ({ change }) => change.verb === 'delete',
  endsWithTarget: true,
  takesAway: ({ change }) => (change.verb === 'delete' ? 'targets' : null),
  words: ({ change }) => words(change),
  shortWords: ({ change }) => words(change),
  templates: kubernetesTemplates,
} satisfies FaultKind<KubernetesFault, KubernetesDocument>;

function words(change: KubernetesChange): string {
  return `${change.verb} ${changedKind(change)}`;
}

/** Kind of the object that is changed. */
export function changedKind(change: KubernetesChange): string {
  return change.verb === 'apply' ? String(change.manifest.kind) : change.object.kind;
}

function toChange({ apply, patch, scale, delete: deleted }: KubernetesDocument): KubernetesChange {
  if (apply !== undefined) return { verb: 'apply', manifest: apply };
  if (patch !== undefined) {
    return { verb: 'patch', object: toQuery(patch.object), patchType: patch.type, patch: patch.patch };
  }
  if (scale !== undefined) return { verb: 'scale', object: toQuery(scale.object), replicas: scale.replicas };
  if (deleted !== undefined) return { verb: 'delete', object: toQuery(deleted) };
  throw new InternalError('the schema accepted a change that changes nothing');
}

function toQuery({ name, labels, ...rest }: ObjectDocument): ObjectQuery {
  return { ...rest, ...(name === undefined ? {} : { name }), ...(labels === undefined ? {} : { labels }) };
}
