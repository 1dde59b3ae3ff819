import { KubernetesError } from '../../errors.ts';
import { replayOrder, type UndoRecord } from '../../experiment/cluster-records/undo.ts';
import type { KubeRef, OfUid } from '../../ports/kube.ts';
import { type Look, waitUntil } from '../waiting/wait-until.ts';
import { withLenientWebhooks } from './lenient-webhooks.ts';
import type { ReplayOptions } from './replay-options.ts';

type DeleteRecord = Extract<UndoRecord, { op: 'delete' }>;
type ChangeRecord = Extract<UndoRecord, { op: 'scale' | 'patch' }>;
type CreateRecord = Extract<UndoRecord, { op: 'create' }>;

/** Chaos Mesh gets this long to take its own fault back before its finalizer is forced. */
const FAULT_GRACE_MS = 8_000;
const FORCED_GRACE_MS = 5_000;
const GONE_TIMEOUT_MS = 60_000;
const FORCE_ANNOTATION = 'chaos-mesh.chaos-mesh.org/cleanFinalizer';

/** Replays every record, last change first. @throws the first failure; what was replayed stays undone. */
export async function replayAll(records: readonly UndoRecord[], options: ReplayOptions): Promise<void> {
  for (const record of replayOrder(records)) await replay(record, options);
}

/** Takes one change back; what is already gone or restored counts as done, so it may be called again. */
export async function replay(record: UndoRecord, options: ReplayOptions): Promise<void> {
  options.note(describe(record));
  switch (record.op) {
    case 'delete':
      return record.isFault ? removeFault(record, options) : removeObject(record, options);
    case 'scale':
      return toSameObject(record, options, (own) => options.target.scale(record.ref, record.replicas, own));
    case 'patch':
      return toSameObject(record, options, (own) => options.target.patch(record.ref, record.patch, own));
    case 'create':
      return makeAgain(record, options);
  }
}

async function toSameObject(
  { ref, uid }: ChangeRecord,
  { target, note }: ReplayOptions,
  work: (own: OfUid) => Promise<unknown>,
): Promise<void> {
  if (uid === undefined) return goneIsFine(() => work({}));
  const found = await target.get(ref);
  if (found?.metadata.uid === uid) return goneIsFine(() => work({ uid }));
  note(`${nameOf(ref)} is ${found === null ? 'gone' : 'another one now'}: left alone`);
}

/** Its deletion may still be under way; one of the same name that is not on its way out is as good. */
async function makeAgain({ ref, object }: CreateRecord, options: ReplayOptions): Promise<void> {
  const look = async (): Promise<Look<void>> => {
    const found = await options.target.get(ref);
    if (found === null) await existingIsFine(() => options.target.create(object));
    if (found?.metadata.deletionTimestamp === undefined) return { done: true, value: undefined };
    return { done: false, seen: `finalizers: ${found.metadata.finalizers?.join(', ') ?? 'none'}` };
  };
  const { clock, signal } = options;
  await waitUntil(look, { clock, what: `${nameOf(ref)} to be free`, timeoutMs: GONE_TIMEOUT_MS, everyMs: 250, signal });
}

async function existingIsFine(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error: unknown) {
    if (!(error instanceof KubernetesError) || !isThereOrHomeless(error)) throw error;
  }
}

/** A conflict: somebody made it meanwhile. Not found: its namespace is gone, and it with it. */
function isThereOrHomeless({ status }: KubernetesError): boolean {
  return status === 409 || status === 404;
}

async function removeObject({ ref, waitGone }: DeleteRecord, options: ReplayOptions): Promise<void> {
  await options.target.remove(ref);
  if (ref.kind === 'Namespace') await dropPods(ref.name, options);
  if (waitGone) await waitGoneFor(ref, GONE_TIMEOUT_MS, options);
}

/** The whole workload goes, so its pods are deleted without their grace period. */
async function dropPods(namespace: string, { target }: ReplayOptions): Promise<void> {
  const pods = await target.list({ apiVersion: 'v1', kind: 'Pod', namespace });
  await Promise.all(
    pods.map(({ metadata: { name, uid } }) =>
      target.remove({ apiVersion: 'v1', kind: 'Pod', namespace, name }, { gracePeriodSeconds: 0, uid }),
    ),
  );
}

/** A fault whose finalizer hangs is let go in two steps; its rules stay in the pods, so those are replaced. */
async function removeFault(record: DeleteRecord, options: ReplayOptions): Promise<void> {
  const { ref } = record;
  await options.target.remove(ref);
  if (await isGoneWithin(ref, FAULT_GRACE_MS, options)) return;
  options.note(`${nameOf(ref)} does not go: forcing its finalizer`);
  if (!(await goesWhenForced(ref, options))) {
    options.note(`${nameOf(ref)} still does not go: removing its finalizers`);
    await removeFinalizers(ref, options);
    await waitGoneFor(ref, GONE_TIMEOUT_MS, options);
  }
  for (const { namespace, name, uid } of record.targets) {
    options.note(`replacing pod ${namespace}/${name}, in which rules may be left`);
    await options.target.remove({ apiVersion: 'v1', kind: 'Pod', namespace, name }, { uid });
  }
}

/** False after a server error: then Chaos Mesh's webhook is dead, so nobody is there to heed the annotation. */
async function goesWhenForced(ref: KubeRef, options: ReplayOptions): Promise<boolean> {
  try {
    await goneIsFine(() => options.target.patch(ref, { metadata: { annotations: { [FORCE_ANNOTATION]: 'forced' } } }));
  } catch (error: unknown) {
    if (!isServerError(error)) throw error;
    return false;
  }
  return isGoneWithin(ref, FORCED_GRACE_MS, options);
}

async function removeFinalizers(ref: KubeRef, options: ReplayOptions): Promise<void> {
  const remove = (): Promise<void> => goneIsFine(() => options.target.patch(ref, { metadata: { finalizers: null } }));
  try {
    await remove();
  } catch (error: unknown) {
    if (!isServerError(error)) throw error;
    options.note('the webhooks of Chaos Mesh do not answer: doing without them for a moment');
    await withLenientWebhooks(remove, options);
  }
}

function isServerError(error: unknown): boolean {
  return error instanceof KubernetesError && error.status !== undefined && error.status >= 500;
}

async function isGoneWithin(ref: KubeRef, timeoutMs: number, options: ReplayOptions): Promise<boolean> {
  const { clock, signal, target } = options;
  const deadlineMs = clock.now() + timeoutMs;
  const look = async (): Promise<Look<boolean>> => {
    if ((await target.get(ref)) === null) return { done: true, value: true };
    return clock.now() < deadlineMs ? { done: false, seen: 'still there' } : { done: true, value: false };
  };
  return waitUntil(look, { clock, what: `${nameOf(ref)} to go`, timeoutMs: 2 * timeoutMs, everyMs: 250, signal });
}

async function waitGoneFor(ref: KubeRef, timeoutMs: number, { clock, signal, target }: ReplayOptions): Promise<void> {
  const look = async (): Promise<Look<void>> => {
    const object = await target.get(ref);
    if (object === null) return { done: true, value: undefined };
    return { done: false, seen: `finalizers: ${object.metadata.finalizers?.join(', ') ?? 'none'}` };
  };
  await waitUntil(look, { clock, what: `${nameOf(ref)} to be gone`, timeoutMs, everyMs: 250, signal });
}

async function goneIsFine(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error: unknown) {
    if (!(error instanceof KubernetesError) || error.status !== 404) throw error;
  }
}

function describe(record: UndoRecord): string {
  switch (record.op) {
    case 'delete':
      return `delete ${nameOf(record.ref)}`;
    case 'scale':
      return `scale ${nameOf(record.ref)} to ${record.replicas}`;
    case 'patch':
      return `restore ${nameOf(record.ref)}`;
    case 'create':
      return `make ${nameOf(record.ref)} again`;
  }
}

function nameOf({ kind, namespace, name }: KubeRef): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
