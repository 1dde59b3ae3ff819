import { canonicalJson } from '../../scenario/model/canonical.ts';
import type { ObjectRef } from '../cluster-records/undo.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What a fault makes of one object: it is there, it is gone (that one by its UID), or it carries these fields. */
export type ObjectChange =
  | { readonly ref: ObjectRef; readonly becomes: 'present' }
  | { readonly ref: ObjectRef; readonly becomes: 'gone'; readonly uid: string }
  | { readonly ref: ObjectRef; readonly becomes: 'changed'; readonly patch: Fields };

interface SeenObject {
  readonly metadata: { readonly uid?: string; readonly deletionTimestamp?: string };
}

/** Does the object, as it was read back (null: there is none), stand as the fault wants it? */
export function stands(change: ObjectChange, object: SeenObject | null): boolean {
  const isThere = object !== null && object.metadata.deletionTimestamp === undefined;
  switch (change.becomes) {
    case 'present':
      return isThere;
    case 'gone':
      return !isThere || object.metadata.uid !== change.uid;
    case 'changed':
      return isThere && carries(object, change.patch);
  }
}

/** One sentence about what was read back. */
export function sightOf(change: ObjectChange, object: SeenObject | null): string {
  const what = `${change.ref.kind} ${change.ref.name}`;
  if (object === null) return `${what} is not there`;
  if (object.metadata.deletionTimestamp !== undefined) return `${what} is being deleted`;
  switch (change.becomes) {
    case 'present':
      return `${what} is there`;
    case 'gone':
      return `${what} has UID ${object.metadata.uid}; before: ${change.uid}`;
    case 'changed':
      return `${what} ${carries(object, change.patch) ? 'carries' : 'does not carry'} ${canonicalJson(change.patch).slice(0, 300)}`;
  }
}

function carries(value: unknown, patch: unknown): boolean {
  if (!isFields(patch)) return canonicalJson(value) === canonicalJson(patch);
  return Object.entries(patch).every(([key, wanted]) => {
    const own = isFields(value) ? value[key] : undefined;
    return wanted === null ? own === undefined : carries(own, wanted);
  });
}

/**
 * The JSON merge patch that makes `to` of `from`, for what an author may change: spec, data and the like, labels and
 * annotations. Read the other way round it is the way back.
 */
export function mergePatchBetween(from: Fields, to: Fields): Fields {
  return difference(changeable(from), changeable(to));
}

function changeable(object: Fields): Fields {
  const { apiVersion: _apiVersion, kind: _kind, status: _status, metadata, ...rest } = object;
  const { labels = {}, annotations = {} } = isFields(metadata) ? metadata : {};
  return { ...rest, metadata: { labels, annotations } };
}

function difference(from: Fields, to: Fields): Fields {
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(from)) if (to[key] === undefined && from[key] !== undefined) patch[key] = null;
  for (const [key, wanted] of Object.entries(to)) {
    const own = from[key];
    if (wanted === undefined || canonicalJson(own) === canonicalJson(wanted)) continue;
    patch[key] = isFields(own) && isFields(wanted) ? difference(own, wanted) : wanted;
  }
  return patch;
}

/** An object as it can be made again: what the server added is left out. */
export function stripped(object: Fields): Fields {
  const { status: _status, metadata, ...rest } = object;
  const { name, namespace, labels, annotations } = isFields(metadata) ? metadata : {};
  return { ...rest, metadata: { name, namespace, labels, annotations } };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
