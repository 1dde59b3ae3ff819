import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KubernetesError } from '../../src/errors.ts';
import type { Kube, KubeObject, KubeRef } from '../../src/ports/kube.ts';

export interface OpenKube extends AsyncDisposable {
  readonly kube: Kube;
  /** An empty namespace of this suite's own. */
  readonly namespace: string;
}

const V1 = { apiVersion: 'v1', kind: 'ConfigMap' } as const;

/** What every `Kube` must do, real or made up. */
export function kubeContract(name: string, open: () => Promise<OpenKube>): void {
  describe(`${name}, as an API server,`, () => {
    let opened: OpenKube;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened[Symbol.asyncDispose]());

    const ref = (called: string): KubeRef => ({ ...V1, namespace: opened.namespace, name: called });
    const configMap = (called: string, data: Record<string, string>, labels: Record<string, string> = {}) => ({
      ...V1,
      metadata: { namespace: opened.namespace, name: called, labels },
      data,
    });
    const statusOf = (work: Promise<unknown>): Promise<number | undefined | 'no error'> =>
      work.then(
        () => 'no error' as const,
        (error: KubernetesError) => error.details.status as number | undefined,
      );

    it('finds nothing where nothing is, also of a kind that it does not know', async () => {
      expect(await opened.kube.get(ref('absent'))).toBeNull();
      expect(await opened.kube.get({ apiVersion: 'example.org/v1', kind: 'Nothing', name: 'x' })).toBeNull();
      expect(await opened.kube.list({ apiVersion: 'example.org/v1', kind: 'Nothing' })).toEqual([]);
    });

    it('gives what it made a uid and a version, and makes it once', async () => {
      const made = await opened.kube.create(configMap('once', { a: '1' }));
      expect(made.metadata).toMatchObject({ uid: expect.any(String), resourceVersion: expect.any(String) });
      expect(await opened.kube.get(ref('once'))).toMatchObject({
        data: { a: '1' },
        metadata: { uid: made.metadata.uid },
      });
      expect(await statusOf(opened.kube.create(configMap('once', {})))).toBe(409);
    });

    it('lists by namespace and by label, with or without its value', async () => {
      await opened.kube.create(configMap('red', {}, { colour: 'red' }));
      await opened.kube.create(configMap('blue', {}, { colour: 'blue' }));
      const list = async (labelSelector: string): Promise<string[]> => {
        const found = await opened.kube.list({ ...V1, namespace: opened.namespace, labelSelector });
        expect(found.every(({ apiVersion, kind }) => apiVersion === V1.apiVersion && kind === V1.kind)).toBe(true);
        return found.map(({ metadata }) => metadata.name).sort();
      };
      expect(await list('colour=red')).toEqual(['red']);
      expect(await list('colour')).toEqual(['blue', 'red']);
      expect(await list('colour=green')).toEqual([]);
    });

    it('applies: makes what is absent, keeps what others wrote, drops what is applied no more', async () => {
      const first = await opened.kube.apply(configMap('applied', { a: '1', b: '2' }));
      expect(first.metadata.uid).toEqual(expect.any(String));
      await opened.kube.patch(ref('applied'), { data: { other: 'theirs' } });
      const second = await opened.kube.apply(configMap('applied', { a: '3' }));
      expect(second.metadata.uid).toBe(first.metadata.uid);
      expect(second.data).toEqual({ a: '3', other: 'theirs' });
    });

    it('merges a patch, in which null removes', async () => {
      await opened.kube.create(configMap('patched', { a: '1', b: '2' }));
      const patched = await opened.kube.patch(ref('patched'), { data: { a: null, c: '3' } });
      expect(patched.data).toEqual({ b: '2', c: '3' });
      expect(await statusOf(opened.kube.patch(ref('absent'), { data: {} }))).toBe(404);
    });

    it('replaces only the version that was read', async () => {
      const read = await opened.kube.create(configMap('replaced', { a: '1' }));
      const written = await opened.kube.replace({ ...read, data: { a: '2' } });
      expect(written.metadata.resourceVersion).not.toBe(read.metadata.resourceVersion);
      expect(await statusOf(opened.kube.replace({ ...read, data: { a: '3' } }))).toBe(409);
      expect((await opened.kube.get(ref('replaced')))?.data).toEqual({ a: '2' });
    });

    it('removes what is there, is content with what is gone, and spares another object of that name', async () => {
      const made = await opened.kube.create(configMap('removed', {}));
      await opened.kube.remove(ref('removed'), { uid: '00000000-0000-0000-0000-000000000000' });
      expect(await opened.kube.get(ref('removed'))).not.toBeNull();
      await opened.kube.remove(ref('removed'), { uid: made.metadata.uid ?? '' });
      expect(await opened.kube.get(ref('removed'))).toBeNull();
      await opened.kube.remove(ref('removed'));
    });

    it('keeps an object with a finalizer until the last one is taken off', async () => {
      const held = configMap('held', {});
      await opened.kube.create({ ...held, metadata: { ...held.metadata, finalizers: ['healproof.dev/contract'] } });
      await opened.kube.remove(ref('held'));
      expect((await opened.kube.get(ref('held')))?.metadata.deletionTimestamp).toEqual(expect.any(String));
      await opened.kube.patch(ref('held'), { metadata: { finalizers: null } });
      expect(await opened.kube.get(ref('held'))).toBeNull();
    });

    it('scales', async () => {
      const idle = deployment(opened.namespace);
      await opened.kube.create(idle);
      const target = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: opened.namespace, name: 'idle' };
      await opened.kube.scale(target, 1);
      expect(await opened.kube.get(target)).toMatchObject({ spec: { replicas: 1 } });
      expect(await statusOf(opened.kube.scale({ ...target, name: 'absent' }, 1))).toBe(404);
      await opened.kube.remove(target);
    });

    it('changes no other object of the same name than the one that is meant', async () => {
      const uid = '00000000-0000-0000-0000-000000000000';
      const idle = deployment(opened.namespace);
      const made = await opened.kube.create(idle);
      const target = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: opened.namespace, name: 'idle' };
      const patch = { metadata: { labels: { changed: 'yes' } } };
      expect([409, 422]).toContain(await statusOf(opened.kube.patch(target, patch, { uid })));
      expect([409, 422]).toContain(await statusOf(opened.kube.scale(target, 1, { uid })));
      expect((await opened.kube.get(target))?.metadata.labels?.changed).toBeUndefined();
      const own = { uid: made.metadata.uid };
      await opened.kube.scale(target, 1, own);
      expect(await opened.kube.patch(target, patch, own)).toMatchObject({ ...patch, spec: { replicas: 1 } });
      await opened.kube.remove(target);
    });

    it('tells its time to the second', async () => {
      expect(Math.abs((await opened.kube.serverTimeMs()) - Date.now())).toBeLessThan(5_000);
    });
  });
}

/** One that makes no pods: its scheduler does not exist. */
function deployment(namespace: string): KubeObject {
  const labels = { app: 'idle' };
  const containers = [{ name: 'none', image: 'registry.k8s.io/pause:3.10' }];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name: 'idle' },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { schedulerName: 'nobody', containers } },
    },
  };
}
