import { once } from 'node:events';
import type { V1Pod } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeApiServer, type SeenRequest } from '../../test/fakes/fake-api-server.ts';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { KubeClient } from './client.ts';
import { type ObjectChange, ObjectStore } from './object-store.ts';
import { Reflector } from './reflector.ts';

const PODS = '/api/v1/pods';
const POD = (name: string, more: object = {}) => ({ metadata: { namespace: 'shop', name, ...more } });

describe('a reflector', () => {
  let server: FakeApiServer;
  let store: ObjectStore<string>;
  let reflector: Reflector<V1Pod, string>;
  let clock: ManualClock;
  let stop: AbortController;
  let done: Promise<void>;
  let changes: string[];
  const troubles: string[] = [];
  let changed: EventTarget;

  beforeEach(async () => {
    server = new FakeApiServer();
    const client = new KubeClient(await server.start());
    store = new ObjectStore();
    clock = new ManualClock();
    changes = [];
    changed = new EventTarget();
    troubles.length = 0;
    store.onChange(({ key, previous, current }: ObjectChange<string>) => {
      changes.push(`${key}: ${previous ?? '-'} → ${current ?? '-'}`);
      changed.dispatchEvent(new Event('change'));
    });
    reflector = new Reflector({
      name: 'pods',
      source: client.watches.pods(),
      store,
      project: ({ metadata }) => metadata?.labels?.v ?? '?',
      clock,
      timeoutSeconds: 10,
      onTrouble: (message) => troubles.push(message),
      backoffFirstMs: 5,
      backoffCapMs: 20,
    });
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await done;
    await server.stop();
  });

  const isWatch = ({ query }: SeenRequest): boolean => query.has('watch');
  const watches = (): SeenRequest[] => server.requests.filter(isWatch);
  const lists = (): SeenRequest[] => server.requests.filter(({ path, query }) => path === PODS && !query.has('watch'));

  function run(): void {
    done = reflector.run(stop.signal);
  }

  /** Waits until the n-th watch was asked for. */
  async function watchNumber(n: number): Promise<SeenRequest> {
    return server.request((request) => isWatch(request) && watches().indexOf(request) === n - 1);
  }

  async function until(condition: () => boolean): Promise<void> {
    while (!condition()) await once(changed, 'change');
  }

  it('fills the store from a list and follows what happens', async () => {
    server.put(PODS, POD('a', { labels: { v: '1' } }));
    expect(reflector.ageMs()).toBe(Number.POSITIVE_INFINITY);
    run();
    const watch = await watchNumber(1);
    expect(watch.query.get('allowWatchBookmarks')).toBe('true');
    expect(watch.query.get('timeoutSeconds')).toBe('10');
    server.put(PODS, POD('a', { labels: { v: '2' } }));
    server.put(PODS, POD('b', { labels: { v: '1' } }));
    server.remove(PODS, 'shop/a');
    await until(() => store.get('shop/a') === undefined);
    expect(changes).toEqual(['shop/a: - → 1', 'shop/a: 1 → 2', 'shop/b: - → 1', 'shop/a: 2 → -']);
  });

  it('resumes from where a broken watch was, without listing again', async () => {
    run();
    await watchNumber(1);
    server.put(PODS, POD('a'));
    await until(() => store.size === 1);
    server.dropWatches();
    server.put(PODS, POD('b'));
    await until(() => store.size === 2);
    expect(lists()).toHaveLength(1);
    expect(troubles[0]).toMatch(/^watch of pods broke/);
  });

  it('resumes from a bookmark', async () => {
    run();
    const first = await watchNumber(1);
    server.bookmark(PODS);
    server.put(PODS, POD('a'));
    await until(() => store.size === 1);
    server.endWatches();
    const second = await watchNumber(2);
    expect(Number(second.query.get('resourceVersion'))).toBe(Number(first.query.get('resourceVersion')) + 2);
    expect(troubles).toEqual([]);
  });

  it('lists again when its version is too old, and drops what is gone', async () => {
    server.put(PODS, POD('a'));
    server.put(PODS, POD('b'));
    run();
    await watchNumber(1);
    server.dropWatches();
    server.forgetHistory();
    server.remove(PODS, 'shop/a');
    await until(() => store.get('shop/a') === undefined);
    expect([...store.keys()]).toEqual(['shop/b']);
    expect(reflector.relists).toBe(2);
  });

  it('lists again when the stream itself says that the version is too old', async () => {
    run();
    await watchNumber(1);
    server.expireWatches();
    await watchNumber(2);
    expect(reflector.relists).toBe(2);
    expect(troubles).toEqual([expect.stringMatching(/too old/)]);
  });

  it('goes on after failures of list and watch', async () => {
    let failures = 3;
    server.intercept = () => {
      failures -= 1;
      return failures >= 0 ? { status: 500, body: { kind: 'Status', message: 'not now' } } : undefined;
    };
    server.put(PODS, POD('a'));
    run();
    await watchNumber(1);
    expect(store.size).toBe(1);
    expect(troubles).toHaveLength(3);
  });

  it('is as old as the last thing it heard', async () => {
    run();
    await watchNumber(1);
    clock.advance(7_000);
    expect(reflector.ageMs()).toBe(7_000);
    server.put(PODS, POD('a'));
    await until(() => store.size === 1);
    expect(reflector.ageMs()).toBe(0);
  });

  it('asks for a short watch after a long silence, to know soon', async () => {
    run();
    await watchNumber(1);
    clock.advance(10_001);
    server.dropWatches();
    expect((await watchNumber(2)).query.get('timeoutSeconds')).toBe('1');
  });

  it('ends quietly when it is stopped', async () => {
    run();
    await watchNumber(1);
    stop.abort();
    await done;
    expect(troubles).toEqual([]);
  });
});
