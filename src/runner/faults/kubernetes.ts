import { LABELS } from '../../../healer/src/names.ts';
import { FaultError, KubernetesError } from '../../errors.ts';
import type { ObjectTarget, PodTarget, Target } from '../../experiment/evidence/evidence.ts';
import { mergePatchBetween, type ObjectChange, stands, stripped } from '../../experiment/fault/object-change.ts';
import { draw, seededRandom } from '../../experiment/fault/seeded-choice.ts';
import type { Kube, KubeObject, KubeRef } from '../../ports/kube.ts';
import { changedKind, kubernetes as description } from '../../scenario/faults/kubernetes/kubernetes.ts';
import { changeableKind } from '../../scenario/model/changeable-kinds.ts';
import type { KubernetesChange, KubernetesFault, ObjectQuery } from '../../scenario/model/fault.ts';
import { targetOf } from '../cluster/pods.ts';
import type { RunContext } from '../run/run-context.ts';
import type { UndoDraft } from '../undo/undo-log.ts';
import { type Draw, type FaultRunner, NOTHING, type Prediction } from './shared/fault-runner.ts';
import { mustFit } from './shared/must-fit.ts';
import { ownInjection } from './shared/own-injection.ts';
import { type PreparedFault, together } from './shared/prepared.ts';
import { stillStanding } from './shared/still-standing.ts';
import { podsOf } from './shared/touched-pods.ts';

/** A change resolved to one object: how it is made, what it makes of the object, and the way back. */
interface ResolvedChange {
  readonly change: ObjectChange;
  readonly before: KubeObject | null;
  /** None where the object's own controller brings it back. */
  readonly undo: UndoDraft | null;
  readonly make: () => Promise<unknown>;
}

export const kubernetes: FaultRunner<KubernetesFault> = {
  predict,
  prepare,
  leftovers: (_context, live) => stillStanding(live),
};

async function predict(fault: KubernetesFault): Promise<Prediction> {
  const { change } = fault;
  const object = change.verb === 'apply' ? (change.manifest as KubeObject).metadata : change.object;
  const which = object.name ?? `one with ${JSON.stringify(object.labels)}, drawn by the seed`;
  return { ...NOTHING, changes: [`${description.words(fault)} ${object.namespace ?? 'default'}/${which}`] };
}

/** Asks the API server what the change would do, without doing it, so that the way back is known before. */
async function prepare(context: RunContext, fault: KubernetesFault, { seed }: Draw): Promise<PreparedFault> {
  const { ports } = context;
  const resolved = await resolve(ports.kube, fault.change, seed, context.runId);
  const { change, before } = resolved;
  const touched = await podsOf(ports.kube, before ?? manifestOf(fault.change));
  await mustFit(context, { pods: touched, nodes: [] });
  const targets = [targetFor(change.ref, before)];
  return {
    fault,
    plan: {
      seed,
      kind: changedKind(fault.change),
      spec: { ...fault.change, change },
      targets,
      peers: [],
      touched,
      nodes: [],
    },
    change,
    async protect() {
      return together(resolved.undo === null ? [] : [await context.undoStack.undoLater(resolved.undo)]);
    },
    ...ownInjection({
      clock: ports.clock,
      targets,
      act: () => refusable(resolved.make),
      stands: async () => stands(change, await ports.kube.get(change.ref)),
    }),
  };
}

function manifestOf(change: KubernetesChange): KubeObject | null {
  return change.verb === 'apply' ? (change.manifest as KubeObject) : null;
}

async function refusable(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error: unknown) {
    if (!(error instanceof KubernetesError)) throw error;
    throw new FaultError(`the API server refused the change: ${error.message}`, { cause: error });
  }
}

async function resolve(kube: Kube, change: KubernetesChange, seed: number, runId: string): Promise<ResolvedChange> {
  if (change.verb === 'apply') return resolveApply(kube, change.manifest as KubeObject, runId);
  const before = await pick(kube, change.object, seed);
  const ref = refOf(before);
  const { uid } = before.metadata;
  switch (change.verb) {
    case 'patch': {
      const options = { strategic: change.patchType === 'strategic', uid };
      const after = await kube.patch(ref, change.patch, { ...options, dryRun: true });
      return changed(before, after, () => kube.patch(ref, change.patch, options));
    }
    case 'scale': {
      const spec = { ...(before.spec as object), replicas: change.replicas };
      const own = changed(before, { ...before, spec }, () => kube.scale(ref, change.replicas, { uid }));
      const { replicas = 1 } = before.spec as { readonly replicas?: number };
      return { ...own, undo: { op: 'scale', ref, uid, replicas } };
    }
    case 'delete':
      return resolveDelete(kube, before);
  }
}

async function resolveApply(kube: Kube, manifest: KubeObject, runId: string): Promise<ResolvedChange> {
  const ref = refOf(manifest);
  const before = await kube.get(ref);
  if (before !== null) {
    return changed(before, await kube.apply(manifest, { dryRun: true }), () => kube.apply(manifest));
  }
  const labels = { ...manifest.metadata.labels, [LABELS.run]: runId };
  const own = { ...manifest, metadata: { ...manifest.metadata, labels } };
  const undo: UndoDraft = { op: 'delete', ref, waitGone: true, isFault: false, targets: [] };
  return { change: { ref, becomes: 'present' }, before, undo, make: () => kube.apply(own) };
}

function changed(before: KubeObject, after: KubeObject, make: () => Promise<unknown>): ResolvedChange {
  const ref = refOf(before);
  const patch = mergePatchBetween(before, after);
  if (Object.keys(patch).length === 0)
    throw new FaultError(`${ref.kind} ${ref.name} is already as the fault would make it`);
  const undo: UndoDraft = { op: 'patch', ref, uid: before.metadata.uid, patch: mergePatchBetween(after, before) };
  return { change: { ref, becomes: 'changed', patch }, before, undo, make };
}

function resolveDelete(kube: Kube, before: KubeObject): ResolvedChange {
  const ref = refOf(before);
  const { uid = '' } = before.metadata;
  const isOwned = (before.metadata.ownerReferences ?? []).length > 0;
  if (ref.kind === 'Pod' && !isOwned) throw new FaultError(`pod ${ref.name} has no controller that would replace it`);
  const undo: UndoDraft | null = isOwned ? null : { op: 'create', ref, object: stripped(before) };
  return { change: { ref, becomes: 'gone', uid }, before, undo, make: () => kube.remove(ref, { uid }) };
}

async function pick(kube: Kube, query: ObjectQuery, seed: number): Promise<KubeObject> {
  const { apiVersion, kind, namespace, name, labels = {} } = query;
  if (name !== undefined) {
    const object = await kube.get({ apiVersion, kind, namespace, name });
    if (object === null) throw new FaultError(`there is no ${kind} ${namespace}/${name}`);
    return object;
  }
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const found = await kube.list({ apiVersion, kind, namespace, labelSelector });
  const living = found.filter((object) => object.metadata.deletionTimestamp === undefined);
  living.sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const [drawn] = draw(living, 1, seededRandom(seed));
  if (drawn === undefined) throw new FaultError(`there is no ${kind} in ${namespace} with the labels ${labelSelector}`);
  return drawn;
}

function refOf({ apiVersion, kind, metadata: { namespace, name } }: KubeObject): KubeRef {
  return { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}

function targetFor({ apiVersion, kind, namespace = '', name }: KubeRef, before: KubeObject | null): Target {
  const pod: PodTarget | null = kind === 'Pod' && before !== null ? targetOf(before) : null;
  if (pod !== null) return pod;
  const target: ObjectTarget = {
    kind: 'Object',
    apiVersion,
    objectKind: kind,
    resource: changeableKind(apiVersion, kind)?.plural ?? `${kind.toLowerCase()}s`,
    namespace,
    name,
    uid: before?.metadata.uid ?? `new ${kind} ${namespace}/${name}`,
    labels: before?.metadata.labels ?? {},
  };
  return target;
}
