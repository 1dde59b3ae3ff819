import { KubernetesError } from '../../src/errors.ts';
import type { DryRun, Kube, KubeObject, KubeRef, ListQuery, OfUid, PatchOptions } from '../../src/ports/kube.ts';

/**
 * An API server in memory: optimistic locking, finalizers, label selectors `a=b` and `a`, server-side apply with one
 * manager. It passes the same contract suite as the real one.
 */
export class FakeKube implements Kube {
  readonly objects = new Map<string, KubeObject>();
  readonly calls: string[] = [];
  /** Throws what it returns for a call such as `remove Pod/shop/a`, if anything. */
  trouble: (call: string) => Error | null = () => null;
  readonly #applied = new Map<string, unknown>();
  #version = 0;

  seed(...objects: KubeObject[]): this {
    for (const object of objects) this.#store(object);
    return this;
  }

  async get(ref: KubeRef): Promise<KubeObject | null> {
    this.#call('get', ref);
    return this.objects.get(keyOf(ref)) ?? null;
  }

  async list(query: ListQuery): Promise<KubeObject[]> {
    const error = this.trouble(`list ${query.kind}`);
    if (error !== null) throw error;
    const wanted = (query.labelSelector ?? '').split(',').filter((part) => part !== '');
    const matches = ({ metadata }: KubeObject): boolean => wanted.every((part) => hasLabel(metadata.labels, part));
    return [...this.objects.values()].filter(
      (each) =>
        each.kind === query.kind &&
        (query.namespace === undefined || each.metadata.namespace === query.namespace) &&
        matches(each),
    );
  }

  async create(object: unknown): Promise<KubeObject> {
    const made = object as KubeObject;
    this.#call('create', refOf(made));
    if (this.objects.has(keyOf(refOf(made)))) throw new KubernetesError('already exists', 409);
    return this.#store(this.#withUid(made));
  }

  async apply(object: unknown, options: DryRun = {}): Promise<KubeObject> {
    const applied = served(object as KubeObject);
    const key = keyOf(refOf(applied));
    const kept = without(this.objects.get(key), without(this.#applied.get(key), applied));
    const result = this.#withUid(merge(kept, applied) as KubeObject);
    if (options.dryRun === true) return result;
    this.#call('apply', refOf(applied));
    this.#applied.set(key, applied);
    return this.#store(result);
  }

  async patch(ref: KubeRef, patch: unknown, options: PatchOptions = {}): Promise<KubeObject> {
    const result = merge(this.#must(ref, options), patch, options.strategic === true) as KubeObject;
    if (options.dryRun === true) return result;
    this.#call('patch', ref);
    const patched = this.#store(result);
    const { deletionTimestamp, finalizers } = patched.metadata;
    if (deletionTimestamp !== undefined && (finalizers ?? []).length === 0) this.objects.delete(keyOf(ref));
    return patched;
  }

  async replace(object: KubeObject): Promise<KubeObject> {
    this.#call('replace', refOf(object));
    const before = this.#must(refOf(object));
    if (before.metadata.resourceVersion !== object.metadata.resourceVersion) throw new KubernetesError('conflict', 409);
    return this.#store(object);
  }

  async remove(ref: KubeRef, options: OfUid = {}): Promise<void> {
    this.#call('remove', ref);
    const object = this.objects.get(keyOf(ref));
    if (object === undefined || (options.uid !== undefined && options.uid !== object.metadata.uid)) return;
    if ((object.metadata.finalizers ?? []).length === 0) this.objects.delete(keyOf(ref));
    else this.#store(merge(object, { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }) as KubeObject);
  }

  async scale(ref: KubeRef, replicas: number, options: OfUid = {}): Promise<void> {
    this.#call('scale', ref);
    this.#store(merge(this.#must(ref, options), { spec: { replicas } }) as KubeObject);
  }

  async evict(namespace: string, pod: string): Promise<void> {
    const ref = { apiVersion: 'v1', kind: 'Pod', namespace, name: pod };
    this.#call('evict', ref);
    this.objects.delete(keyOf(ref));
  }

  async podLog(): Promise<string[]> {
    return [];
  }

  async serverTimeMs(): Promise<number> {
    return Date.now();
  }

  #withUid(object: KubeObject): KubeObject {
    return { ...object, metadata: { ...object.metadata, uid: object.metadata.uid ?? `uid-${++this.#version}` } };
  }

  #call(verb: string, ref: KubeRef): void {
    const call = `${verb} ${keyOf(ref)}`;
    this.calls.push(call);
    const error = this.trouble(call);
    if (error !== null) throw error;
  }

  #must(ref: KubeRef, { uid }: OfUid = {}): KubeObject {
    const object = this.objects.get(keyOf(ref));
    if (object === undefined) throw new KubernetesError(`${keyOf(ref)} not found`, 404);
    if (uid !== undefined && uid !== object.metadata.uid) throw new KubernetesError('another UID', 409);
    return object;
  }

  #store(object: KubeObject): KubeObject {
    this.#version += 1;
    const stored = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } };
    this.objects.set(keyOf(refOf(object)), stored);
    return stored;
  }
}

function hasLabel(labels: Readonly<Record<string, string>> = {}, term: string): boolean {
  const [key = '', value] = term.split('=');
  return value === undefined ? key in labels : labels[key] === value;
}

function refOf({ apiVersion, kind, metadata }: KubeObject): KubeRef {
  return { apiVersion, kind, namespace: metadata.namespace, name: metadata.name };
}

function keyOf({ kind, namespace, name }: KubeRef): string {
  return `${kind}/${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** `target` without what `part` has; mappings are taken apart, everything else is one value. */
function without(target: unknown, part: unknown): unknown {
  if (!isMapping(target) || !isMapping(part)) return target;
  const rest = Object.entries(target).flatMap(([key, value]) => {
    if (!(key in part)) return [[key, value]];
    return isMapping(value) && isMapping(part[key]) ? [[key, without(value, part[key])]] : [];
  });
  return Object.fromEntries(rest);
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON merge patch (RFC 7396); a strategic one also merges lists of named items. */
function merge(target: unknown, patch: unknown, strategic = false): unknown {
  if (strategic && Array.isArray(patch) && Array.isArray(target)) return mergeLists(target, patch);
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = { ...(typeof target === 'object' ? target : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merge(result[key], value, strategic);
  }
  return result;
}

function mergeLists(target: readonly { name?: string }[], patch: readonly { name?: string }[]): unknown[] {
  const merged = target.map((item) => {
    const own = patch.find(({ name }) => name === item.name);
    return own === undefined ? item : merge(item, own, true);
  });
  return [...merged, ...patch.filter(({ name }) => !target.some((item) => item.name === name))];
}

/** A kind is served as soon as it is there. */
function served(object: KubeObject): KubeObject {
  if (object.kind !== 'CustomResourceDefinition') return object;
  return { ...object, status: { conditions: [{ type: 'Established', status: 'True' }] } };
}
