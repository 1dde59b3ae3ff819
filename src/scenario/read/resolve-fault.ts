import { InternalError } from '../../errors.ts';
import { isOneShot } from '../model/chaos-kinds.ts';
import { parseDuration, parseGoDuration } from '../model/duration.ts';
import type {
  AuthorWitness,
  ChaosMeshFault,
  Fault,
  HelmFault,
  KubernetesChange,
  NodeFault,
  NodeQuery,
  ObjectQuery,
  SingleFault,
} from '../model/fault.ts';
import { parseTolerance } from '../model/tolerance.ts';
import type { FaultDocument, StepDocument } from '../schema/fault-schema.ts';

type KindsDocument = Omit<StepDocument, 'after'>;
type Part<Key extends keyof KindsDocument> = NonNullable<KindsDocument[Key]>;

/** The fault that a document describes, its texts turned into numbers. */
export function toFault(document: FaultDocument): Fault {
  if (document === 'none') return { type: 'none' };
  if (document.sequence === undefined) return toSingle(document);
  const steps = document.sequence.map(({ after, ...kinds }) => ({
    afterMs: after === undefined ? 0 : toMs(after),
    fault: toSingle(kinds),
  }));
  return { type: 'sequence', steps };
}

function toSingle({ witness, ...kinds }: KindsDocument): SingleFault {
  return { ...toKind(kinds), ...(witness === undefined ? {} : { witness: toWitness(witness) }) };
}

function toKind({ chaosMesh, kubernetes, helm, node }: KindsDocument): SingleFault {
  if (chaosMesh !== undefined) return toChaosMesh(chaosMesh);
  if (kubernetes !== undefined) return { type: 'kubernetes', change: toChange(kubernetes), durationMs: null };
  if (helm !== undefined) return toHelm(helm);
  if (node !== undefined) return toNode(node);
  throw new InternalError('the schema accepted a fault of no kind');
}

function toWitness({ query, tolerance }: Part<'witness'>): AuthorWitness {
  const parsed = parseTolerance(tolerance);
  if (parsed === null) throw new InternalError(`the schema accepted ${JSON.stringify(tolerance)} as a tolerance`);
  return { query, tolerance: parsed };
}

function toChaosMesh({ kind, spec }: Part<'chaosMesh'>): ChaosMeshFault {
  const written = isOneShot(kind, spec) ? undefined : spec.duration;
  return { type: 'chaosMesh', kind, spec, durationMs: typeof written === 'string' ? parseGoDuration(written) : null };
}

function toChange({ apply, patch, scale, delete: deleted }: Part<'kubernetes'>): KubernetesChange {
  if (apply !== undefined) return { verb: 'apply', manifest: apply };
  if (patch !== undefined) {
    return { verb: 'patch', object: toQuery(patch.object), patchType: patch.type, patch: patch.patch };
  }
  if (scale !== undefined) return { verb: 'scale', object: toQuery(scale.object), replicas: scale.replicas };
  if (deleted !== undefined) return { verb: 'delete', object: toQuery(deleted) };
  throw new InternalError('the schema accepted a change that changes nothing');
}

function toQuery({ name, labels, ...rest }: NonNullable<Part<'kubernetes'>['delete']>): ObjectQuery {
  return { ...rest, ...(name === undefined ? {} : { name }), ...(labels === undefined ? {} : { labels }) };
}

function toHelm({ upgrade, killUpgrade }: Part<'helm'>): HelmFault {
  const written = upgrade ?? killUpgrade;
  if (written === undefined) throw new InternalError('the schema accepted a helm fault that does nothing');
  const { release, namespace, chart, values } = written;
  const action = upgrade === undefined ? 'killUpgrade' : 'upgrade';
  const killAfterMs = killUpgrade === undefined ? 0 : toMs(killUpgrade.killAfter);
  return { type: 'helm', action, release, namespace, chart, values, killAfterMs, durationMs: null };
}

function toNode({ action, node, duration }: Part<'node'>): NodeFault {
  const durationMs = action === 'pause' && duration !== undefined ? toMs(duration) : null;
  return { type: 'node', action, node: toNodeQuery(node), durationMs };
}

function toNodeQuery({ name, labels, runs }: Part<'node'>['node']): NodeQuery {
  return {
    ...(name === undefined ? {} : { name }),
    ...(labels === undefined ? {} : { labels }),
    ...(runs === undefined ? {} : { runs }),
  };
}

function toMs(text: string): number {
  const durationMs = parseDuration(text);
  if (durationMs === null) throw new InternalError(`the schema accepted ${JSON.stringify(text)} as a duration`);
  return durationMs;
}
