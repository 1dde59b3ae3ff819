import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { FakeApply } from './fake-apply.ts';
import type { StoredObject } from './stored-object.ts';

export interface SeenRequest {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

interface Change {
  readonly collection: string;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: StoredObject;
  readonly version: number;
}

interface OpenWatch {
  readonly collection: string;
  readonly response: ServerResponse;
}

/** What a test can answer instead of the server; undefined lets the server answer. */
export type Intercept = (
  request: SeenRequest,
) => { status: number; body: unknown; headers?: Record<string, string> } | 'hang' | undefined;

/**
 * An API server in one process: list in pages, watch from a version, 409, 410, evictions with their budgets, server-side
 * apply. Plain HTTP, nothing persists. The contract suite of the Kubernetes layer runs against it and the real one.
 * A collection is a path such as `/api/v1/pods`; a namespaced path addresses the same objects.
 */
export class FakeApiServer {
  readonly requests: SeenRequest[] = [];
  intercept: Intercept = () => undefined;
  connections = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #objects = new Map<string, Map<string, StoredObject>>();
  readonly #changes: Change[] = [];
  readonly #watches = new Set<OpenWatch>();
  readonly #seen = new EventEmitter();
  readonly #apply = new FakeApply();
  #version = 100;
  #forgottenBelow = 0;

  constructor() {
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on('connection', (socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  async start(): Promise<KubeConfig> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this.kubeConfig();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** For this server, or for something between it and the client. */
  kubeConfig(url = this.url): KubeConfig {
    const config = new KubeConfig();
    // The client refuses plain HTTP unless it is told not to verify TLS.
    const cluster = { name: 'fake', server: url, skipTLSVerify: true };
    config.loadFromClusterAndUser(cluster, { name: 'somebody' });
    return config;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Resolves with the first request from now on, or already seen, that the predicate accepts. */
  async request(accepts: (request: SeenRequest) => boolean): Promise<SeenRequest> {
    for (;;) {
      const found = this.requests.find(accepts);
      if (found !== undefined) return found;
      await once(this.#seen, 'request');
    }
  }

  put(collection: string, object: StoredObject): void {
    const objects = this.#collection(collection);
    const key = keyOf(object);
    const type = objects.has(key) ? 'MODIFIED' : 'ADDED';
    this.#version += 1;
    const uid = objects.get(key)?.metadata.uid ?? key;
    const stored = { ...object, metadata: { uid, ...object.metadata, resourceVersion: String(this.#version) } };
    objects.set(key, stored);
    this.#publish({ collection, type, object: stored, version: this.#version });
  }

  remove(collection: string, key: string): void {
    const objects = this.#collection(collection);
    const object = objects.get(key);
    if (object === undefined) return;
    objects.delete(key);
    this.#apply.forget(`${collection} ${key}`);
    this.#version += 1;
    this.#publish({ collection, type: 'DELETED', object, version: this.#version });
  }

  all(collection: string): StoredObject[] {
    return [...this.#collection(collection).values()];
  }

  /** Every watch breaks as when a proxy in between dies. */
  dropWatches(): void {
    for (const { response } of this.#watches) response.socket?.destroy();
  }

  /** Every watch ends in order, as after `timeoutSeconds`. */
  endWatches(): void {
    for (const { response } of this.#watches) response.end();
  }

  /** Watches from a version before now are answered with 410. */
  forgetHistory(): void {
    this.#version += 1;
    this.#forgottenBelow = this.#version;
  }

  /** Every watch is told in its stream that its version is too old. */
  expireWatches(): void {
    this.forgetHistory();
    const object = { kind: 'Status', status: 'Failure', code: 410, reason: 'Expired', message: 'too old' };
    for (const watch of this.#watches) send(watch, { type: 'ERROR', object });
  }

  bookmark(collection: string): void {
    this.#version += 1;
    const object = { kind: 'Bookmark', metadata: { resourceVersion: String(this.#version) } };
    for (const watch of this.#watches) if (watch.collection === collection) send(watch, { type: 'BOOKMARK', object });
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(incoming.url ?? '/', 'http://fake');
    const body = await readBody(incoming);
    const request = { method: incoming.method ?? '', path: url.pathname, query: url.searchParams, body };
    const instead = this.intercept(request);
    this.requests.push(request);
    this.#seen.emit('request');
    if (instead === 'hang') return;
    if (instead !== undefined) {
      response.writeHead(instead.status, { 'content-type': 'application/json', ...instead.headers });
      response.end(JSON.stringify(instead.body));
      return;
    }
    this.#answer(request, response);
  }

  #answer(request: SeenRequest, response: ServerResponse): void {
    const { collection, namespace, name, subresource } = parsePath(request.path);
    const key = namespace === undefined ? `${name}` : `${namespace}/${name}`;
    if (request.method === 'GET') {
      if (name !== undefined) this.#read(collection, key, response);
      else if (request.query.has('watch')) this.#watch(collection, request.query, response);
      else this.#list(collection, request.query, response);
    } else if (subresource === 'eviction') this.#evict(collection, key, request.body, response);
    else if (request.method === 'DELETE') this.#delete(collection, key, response);
    else if (request.method === 'PATCH') this.#applyPatch(collection, key, request, response);
    else this.#write(collection, request, response);
  }

  #read(collection: string, key: string, response: ServerResponse): void {
    const object = this.#collection(collection).get(key);
    if (object === undefined) status(response, 404, 'NotFound');
    else json(response, 200, object);
  }

  #delete(collection: string, key: string, response: ServerResponse): void {
    if (!this.#collection(collection).has(key)) status(response, 404, 'NotFound');
    else {
      this.remove(collection, key);
      json(response, 200, { kind: 'Status', status: 'Success' });
    }
  }

  #list(collection: string, query: URLSearchParams, response: ServerResponse): void {
    const all = this.all(collection);
    const from = Number(query.get('continue') ?? 0);
    const to = from + Number(query.get('limit') ?? all.length);
    const metadata = { resourceVersion: String(this.#version), ...(to < all.length ? { continue: String(to) } : {}) };
    json(response, 200, { kind: 'List', apiVersion: 'v1', metadata, items: all.slice(from, to) });
  }

  #watch(collection: string, query: URLSearchParams, response: ServerResponse): void {
    const from = Number(query.get('resourceVersion'));
    if (from < this.#forgottenBelow) {
      status(response, 410, 'Expired');
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    const watch = { collection, response };
    this.#watches.add(watch);
    response.on('close', () => this.#watches.delete(watch));
    for (const change of this.#changes) {
      if (change.collection === collection && change.version > from) send(watch, change);
    }
  }

  #write(collection: string, { method, body }: SeenRequest, response: ServerResponse): void {
    const object = body as StoredObject;
    const before = this.#collection(collection).get(keyOf(object));
    const expected = object.metadata.resourceVersion;
    if (method === 'POST' && before !== undefined) status(response, 409, 'AlreadyExists');
    else if (method === 'PUT' && before === undefined) status(response, 404, 'NotFound');
    else if (method === 'PUT' && expected !== before?.metadata.resourceVersion) status(response, 409, 'Conflict');
    else {
      this.put(collection, object);
      json(response, method === 'POST' ? 201 : 200, this.#collection(collection).get(keyOf(object)));
    }
  }

  #evict(collection: string, key: string, body: unknown, response: ServerResponse): void {
    const pod = this.#collection(collection).get(key);
    const wanted = (body as { deleteOptions?: { preconditions?: { uid?: string } } }).deleteOptions?.preconditions?.uid;
    if (pod === undefined) status(response, 404, 'NotFound');
    else if (wanted !== undefined && wanted !== pod.metadata.uid) status(response, 409, 'Conflict');
    else if (this.#budgetForbids(pod)) {
      status(response, 429, 'TooManyRequests', {
        causes: [{ reason: 'DisruptionBudget', message: 'no more allowed' }],
      });
    } else {
      this.remove(collection, key);
      json(response, 201, { kind: 'Status', status: 'Success' });
    }
  }

  /** Only a Pod that runs is protected, by a budget whose status allows nothing more. */
  #budgetForbids(pod: StoredObject): boolean {
    const { phase } = Object(pod.status) as { phase?: string };
    const labels = Object(pod.metadata.labels) as Record<string, string>;
    return this.all('/apis/policy/v1/poddisruptionbudgets').some(({ spec, status }) => {
      const wanted = Object.entries(Object(Object(spec).selector).matchLabels ?? {});
      const selected = wanted.every(([key, value]) => labels[key] === value);
      return phase === 'Running' && selected && Number(Object(status).disruptionsAllowed ?? 0) === 0;
    });
  }

  #applyPatch(collection: string, key: string, { query, body }: SeenRequest, response: ServerResponse): void {
    const before = this.#collection(collection).get(key);
    const manager = query.get('fieldManager') ?? '';
    const force = query.get('force') === 'true';
    const applied = this.#apply.apply(`${collection} ${key}`, before, body as StoredObject, { manager, force });
    if (manager === '') status(response, 400, 'BadRequest');
    else if (typeof applied === 'string') status(response, 409, applied);
    else {
      this.put(collection, applied);
      json(response, before === undefined ? 201 : 200, this.#collection(collection).get(key));
    }
  }

  #collection(collection: string): Map<string, StoredObject> {
    const known = this.#objects.get(collection) ?? new Map<string, StoredObject>();
    this.#objects.set(collection, known);
    return known;
  }

  #publish(change: Change): void {
    this.#changes.push(change);
    for (const watch of this.#watches) if (watch.collection === change.collection) send(watch, change);
  }
}

function send({ response }: OpenWatch, { type, object }: { type: string; object: unknown }): void {
  response.write(`${JSON.stringify({ type, object })}\n`);
}

function json(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function status(response: ServerResponse, code: number, reason: string, details: object = {}): void {
  json(response, code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message: reason, details });
}

function keyOf({ metadata }: StoredObject): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

interface ParsedPath {
  readonly collection: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

const NAMESPACED = /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)\/namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/;
const PLAIN = /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)\/([^/]+)(?:\/([^/]+))?$/;

function parsePath(path: string): ParsedPath {
  const [, group, namespace, resource, name, subresource] = NAMESPACED.exec(path) ?? [];
  if (group !== undefined) return { collection: `${group}/${resource}`, namespace, name, subresource };
  const [, plainGroup, plainResource, plainName] = PLAIN.exec(path) ?? [];
  return {
    collection: `${plainGroup}/${plainResource}`,
    namespace: undefined,
    name: plainName,
    subresource: undefined,
  };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? undefined : JSON.parse(text);
}
