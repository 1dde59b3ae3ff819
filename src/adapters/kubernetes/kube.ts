import { KubernetesError } from '../../errors.ts';
import type { DryRun, Kube, KubeObject, KubeRef, ListQuery, OfUid, PatchOptions } from '../../ports/kube.ts';
import { type ApiPath, apiPath, groupSegments } from './api-path.ts';
import type { ApiAnswer, ApiRequest, Connection } from './connection.ts';
import { Discovery } from './discovery.ts';
import { describeRef, inNamespace, sameObject } from './same-object.ts';

const FIELD_MANAGER = 'healproof';
const PAGE_SIZE = 500;
const MAX_LOG_BYTES = 2_000_000;

/** The API server behind the runner's port. */
export class KubernetesApi implements Kube {
  readonly #connection: Connection;
  readonly #discovery: Discovery;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#discovery = new Discovery(connection);
  }

  async get(ref: KubeRef): Promise<KubeObject | null> {
    const path = await this.#pathOf(ref, ref.name);
    if (path === null) return null;
    const answer = await this.#connection.send({ method: 'GET', path });
    return answer.status === 404 ? null : sameObject(ref, parse(answer, `get ${describeRef(ref)}`));
  }

  async list(query: ListQuery): Promise<KubeObject[]> {
    const path = await this.#pathOf(query);
    if (path === null) return [];
    const items: KubeObject[] = [];
    let cursor: string | undefined;
    do {
      const { labelSelector, fieldSelector } = query;
      const page = { limit: String(PAGE_SIZE), continue: cursor, labelSelector, fieldSelector };
      const answer = await this.#connection.send({ method: 'GET', path, query: page });
      const list = parse(answer, `list ${query.kind}`) as unknown as KubeList;
      for (const item of inNamespace(query.namespace, list.items))
        items.push({ ...item, apiVersion: query.apiVersion, kind: query.kind });
      cursor = list.metadata.continue === '' ? undefined : list.metadata.continue;
    } while (cursor !== undefined);
    return items;
  }

  async create(object: unknown): Promise<KubeObject> {
    const ref = refOf(object);
    const path = await this.#pathOf(ref);
    if (path === null) throw unknownKind(ref);
    return this.#send({ method: 'POST', path, body: object }, 'create', ref);
  }

  async apply(object: unknown, options: DryRun = {}): Promise<KubeObject> {
    const ref = refOf(object);
    const query = { fieldManager: FIELD_MANAGER, force: 'true', ...dryRunQuery(options) };
    const contentType = 'application/apply-patch+yaml';
    const path = await this.#knownPath(ref);
    return this.#send({ method: 'PATCH', path, query, body: object, contentType }, 'apply', ref);
  }

  async patch(ref: KubeRef, patch: unknown, options: PatchOptions = {}): Promise<KubeObject> {
    const path = await this.#knownPath(ref);
    const contentType =
      options.strategic === true ? 'application/strategic-merge-patch+json' : 'application/merge-patch+json';
    const query = dryRunQuery(options);
    return this.#send({ method: 'PATCH', path, query, body: ofUid(patch, options), contentType }, 'patch', ref);
  }

  async replace(object: KubeObject): Promise<KubeObject> {
    const ref = refOf(object);
    return this.#send({ method: 'PUT', path: await this.#knownPath(ref), body: object }, 'replace', ref);
  }

  async remove(ref: KubeRef, options: OfUid & { readonly gracePeriodSeconds?: number } = {}): Promise<void> {
    const path = await this.#pathOf(ref, ref.name);
    if (path === null) return;
    const { uid, gracePeriodSeconds } = options;
    const body = {
      propagationPolicy: 'Background',
      ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
      ...(uid === undefined ? {} : { preconditions: { uid } }),
    };
    const answer = await this.#connection.send({ method: 'DELETE', path, body });
    const isGone = answer.status === 404 || (answer.status === 409 && uid !== undefined);
    if (!isGone) parse(answer, `delete ${describeRef(ref)}`);
  }

  async scale(ref: KubeRef, replicas: number, options: OfUid = {}): Promise<void> {
    const path = await this.#knownPath(ref, 'scale');
    const contentType = 'application/merge-patch+json';
    const body = ofUid({ spec: { replicas } }, options);
    const answer = await this.#connection.send({ method: 'PATCH', path, body, contentType });
    parse(answer, `scale ${describeRef(ref)}`);
  }

  async evict(namespace: string, pod: string): Promise<void> {
    const path = apiPath('api', 'v1', 'namespaces', namespace, 'pods', pod, 'eviction');
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { namespace, name: pod } };
    const answer = await this.#connection.send({ method: 'POST', path, body });
    if (answer.status !== 404) parse(answer, `evict ${namespace}/${pod}`);
  }

  async podLog(namespace: string, pod: string, sinceMs: number): Promise<string[]> {
    const query = { sinceTime: new Date(sinceMs).toISOString(), limitBytes: String(MAX_LOG_BYTES) };
    const path = apiPath('api', 'v1', 'namespaces', namespace, 'pods', pod, 'log');
    const answer = await this.#connection.send({ method: 'GET', path, query });
    if (answer.status >= 300) throw new KubernetesError(`log of ${pod}: ${serverMessage(answer)}`, answer.status);
    return answer.text.split('\n').filter((line) => line !== '');
  }

  async serverTimeMs(): Promise<number> {
    const answer = await this.#connection.send({ method: 'GET', path: apiPath('version') });
    const date = answer.headers.date;
    if (date === undefined) throw new KubernetesError('the API server gave no Date header', answer.status);
    return Date.parse(date);
  }

  async #send(request: ApiRequest, verb: string, ref: KubeRef): Promise<KubeObject> {
    return sameObject(ref, parse(await this.#connection.send(request), `${verb} ${describeRef(ref)}`));
  }

  async #knownPath(ref: KubeRef, ...below: readonly string[]): Promise<ApiPath> {
    const path = await this.#pathOf(ref, ref.name, ...below);
    if (path === null) throw unknownKind(ref);
    return path;
  }

  /** Of all objects of a kind, and what is below that; null where the server does not know the kind. */
  async #pathOf({ apiVersion, kind, namespace }: Place, ...below: readonly string[]): Promise<ApiPath | null> {
    const type = await this.#discovery.find(apiVersion, kind);
    if (type === null) return null;
    const scope = type.namespaced && namespace !== undefined ? ['namespaces', namespace] : [];
    return apiPath(...groupSegments(apiVersion), ...scope, type.plural, ...below);
  }
}

type Place = Omit<KubeRef, 'name'>;

/** The API server refuses a patch that names another object's UID. */
function ofUid(patch: unknown, { uid }: OfUid): unknown {
  if (uid === undefined) return patch;
  const { metadata, ...rest } = patch as { readonly metadata?: object };
  return { ...rest, metadata: { ...metadata, uid } };
}

function dryRunQuery({ dryRun }: DryRun): Readonly<Record<string, string>> {
  return dryRun === true ? { dryRun: 'All' } : {};
}

interface KubeList {
  readonly metadata: { readonly continue?: string };
  readonly items: readonly KubeObject[];
}

/** @throws KubernetesError with the server's own sentence for any status of 300 and above. */
function parse(answer: ApiAnswer, what: string): KubeObject {
  if (answer.status >= 300) {
    throw new KubernetesError(`${what}: ${serverMessage(answer)}`, answer.status);
  }
  return JSON.parse(answer.text) as KubeObject;
}

function serverMessage(answer: ApiAnswer): string {
  try {
    const status = JSON.parse(answer.text) as { message?: string };
    return status.message ?? `HTTP ${answer.status}`;
  } catch (error: unknown) {
    if (error instanceof SyntaxError) return `HTTP ${answer.status} ${answer.text.slice(0, 200)}`;
    throw error;
  }
}

function refOf(object: unknown): KubeRef {
  const { apiVersion, kind, metadata } = object as KubeObject;
  const { namespace } = metadata;
  return { apiVersion, kind, name: metadata.name, ...(namespace === undefined ? {} : { namespace }) };
}

function unknownKind(ref: KubeRef): KubernetesError {
  return new KubernetesError(`the cluster knows no ${ref.apiVersion} ${ref.kind}`, 404);
}
