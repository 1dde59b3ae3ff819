import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InternalError, KubernetesError } from '../../errors.ts';
import type { KubeObject } from '../../ports/kube.ts';
import { NO_CREDENTIALS } from '../http/authorization.ts';
import { connect } from './connection.ts';
import { KubernetesApi } from './kube.ts';
import { getThroughProxy } from './service-proxy.ts';

const RESOURCES = [
  { name: 'configmaps', kind: 'ConfigMap', namespaced: true },
  { name: 'namespaces', kind: 'Namespace', namespaced: false },
];
/** Every request line but those that ask for the kinds, as it came over the wire. */
const asked: string[] = [];
let answer: unknown;
const server = createServer((request, response) => {
  const isDiscovery = request.url === '/api/v1';
  if (!isDiscovery) asked.push(`${request.method} ${request.url}`);
  if (!isDiscovery && answer === null) response.statusCode = 404;
  response.end(JSON.stringify(isDiscovery ? { resources: RESOURCES } : (answer ?? {})));
});

let api: KubernetesApi;
let connection: ReturnType<typeof connect>;
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  connection = connect({ server: `http://127.0.0.1:${port}`, authorize: NO_CREDENTIALS });
  api = new KubernetesApi(connection);
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked.length = 0;
  answer = null;
});

const named = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'a' };
const pieces = fc.array(
  fc.constantFrom(
    '..',
    '.',
    '/',
    '%2e',
    '%2F',
    '%',
    '\\',
    '\u2024',
    '\uff0e',
    '\0',
    '\n',
    '\t',
    '?',
    '#',
    ' ',
    ':',
    'a',
  ),
  { minLength: 1, maxLength: 6 },
);
const hostile = fc.oneof(
  fc.constantFrom('', '.', '..', 'a/b', '%2e%2e', '..%2f', '\ud800', 'x'.repeat(5_000)),
  pieces.map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

/** Does it; what is refused must be refused before anything is sent. */
async function attempt(work: () => Promise<unknown>): Promise<readonly string[]> {
  asked.length = 0;
  const error = await work().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof InternalError) expect(asked).toEqual([]);
  else if (error !== null) expect(error).toBeInstanceOf(KubernetesError);
  return asked;
}

describe('no request leaves the object that was asked for', () => {
  it.each(['', '.', '..', 'a/b', '..%2f', 'a\0', '\ud800'])('with the name %j nothing is sent', async (name) => {
    await expect(api.remove({ ...named, name })).rejects.toThrow(InternalError);
    await expect(api.scale({ ...named, name }, 0)).rejects.toThrow(InternalError);
    await expect(api.evict('shop', name)).rejects.toThrow(InternalError);
    await expect(api.podLog(name, 'a', 0)).rejects.toThrow(InternalError);
    await expect(api.list({ ...named, namespace: name })).rejects.toThrow(InternalError);
    expect(asked).toEqual([]);
  });

  it('without a name nothing is sent either', async () => {
    const { name: _name, ...collection } = named;
    await expect(api.remove(collection as typeof named)).rejects.toThrow(InternalError);
    await expect(api.get(collection as typeof named)).rejects.toThrow(InternalError);
    expect(asked).toEqual([]);
  });

  it('whatever names are given', async () => {
    const property = fc.asyncProperty(hostile, hostile, async (namespace, name) => {
      const ref = { ...named, namespace, name };
      const body = { ...named, metadata: { namespace, name } };
      const requests = [
        () => api.get(ref),
        () => api.remove(ref),
        () => api.patch(ref, {}),
        () => api.scale(ref, 1),
        () => api.apply(body),
        () => api.replace(body),
      ];
      for (const work of requests) {
        for (const line of await attempt(work)) {
          const path = (line.split(' ')[1] ?? '').replace(/\?.*$/, '');
          const [, api1, v1, namespaces, where, plural, what, ...rest] = path.split('/').map(decodeURIComponent);
          expect([api1, v1, namespaces, where, plural, what]).toEqual([
            'api',
            'v1',
            'namespaces',
            namespace,
            'configmaps',
            name,
          ]);
          expect(['', 'scale']).toContain(rest.join('/'));
        }
      }
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it('whatever path a service is asked for', async () => {
    const base = '/api/v1/namespaces/shop/services/front:80/proxy';
    const property = fc.asyncProperty(hostile, async (path) => {
      const address = { namespace: 'shop', name: 'front', port: '80', path: `/${path}` };
      for (const line of await attempt(() => getThroughProxy(connection, address, 1_000))) {
        expect(line.startsWith(`GET ${base}`)).toBe(true);
        expect(line.slice(`GET ${base}`.length)).toMatch(/^([/?]|$)/);
        expect(line.replace(/\?.*$/, '')).not.toMatch(/%(?:25)*(?:2e|2f|5c)|\/\.{1,2}(?:\/|$)/i);
      }
    });
    await fc.assert(property, { numRuns: 300 });
  });
});

describe('an answer about something else', () => {
  const object = (over: object): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'shop', name: 'a' },
    ...over,
  });

  it.each([
    ['kind', { kind: 'Namespace' }],
    ['apiVersion', { apiVersion: 'v2' }],
    ['name', { metadata: { namespace: 'shop', name: 'b' } }],
    ['namespace', { metadata: { namespace: 'pay', name: 'a' } }],
  ])('of another %s is not taken for what was asked for', async (_what, over) => {
    answer = object(over);
    await expect(api.get(named)).rejects.toThrow(/asked about ConfigMap shop\/a, the API server answers about/);
    await expect(api.patch(named, {})).rejects.toThrow(KubernetesError);
  });

  it('is the object itself otherwise', async () => {
    answer = object({});
    expect(await api.get(named)).toEqual(answer);
  });

  it('in another namespace is no part of a list', async () => {
    answer = { metadata: {}, items: [object({ metadata: { namespace: 'pay', name: 'a' } })] };
    const { name: _name, ...query } = named;
    await expect(api.list(query)).rejects.toThrow(/asked about namespace shop.*pay\/a/);
  });
});

it('a change that is for one UID says so to the API server', async () => {
  const bodies: unknown[] = [];
  const recording = new KubernetesApi({
    server: '',
    send: async ({ path, body }) => {
      if (body !== undefined) bodies.push(body);
      const text = path === '/api/v1' ? { resources: RESOURCES } : { ...named, metadata: named };
      return { status: 200, headers: {}, text: JSON.stringify(text) };
    },
  });
  await recording.patch(named, { metadata: { labels: { a: 'b' } }, data: {} }, { uid: 'u' });
  await recording.scale(named, 2, { uid: 'u' });
  expect(bodies).toEqual([
    { metadata: { labels: { a: 'b' }, uid: 'u' }, data: {} },
    { metadata: { uid: 'u' }, spec: { replicas: 2 } },
  ]);
});
