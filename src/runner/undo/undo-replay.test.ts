import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/fakes/fake-clock.ts';
import { FakeKube } from '../../../test/fakes/fake-kube.ts';
import { KubernetesError } from '../../errors.ts';
import type { UndoRecord } from '../../experiment/cluster-records/undo.ts';
import type { KubeObject } from '../../ports/kube.ts';
import { replay, replayAll } from './undo-replay.ts';

const FAULT_REF = { apiVersion: 'chaos-mesh.org/v1alpha1', kind: 'NetworkChaos', namespace: 'system', name: 'fault' };
const POD = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'shop', name: 'back', uid: 'u1' } };

function fault(finalizers: readonly string[]): KubeObject {
  const { apiVersion, kind, namespace, name } = FAULT_REF;
  return { apiVersion, kind, metadata: { namespace, name, finalizers } };
}

function faultRecord(sequence = 1): UndoRecord {
  const targets = [{ namespace: 'shop', name: 'back', uid: 'u1' }];
  return { op: 'delete', sequence, ref: FAULT_REF, waitGone: true, isFault: true, targets };
}

function world(...objects: KubeObject[]) {
  const target = new FakeKube().seed(...objects);
  const notes: string[] = [];
  const note = (message: string): void => void notes.push(message);
  return { target, notes, options: { target, clock: new FakeClock(), signal: new AbortController().signal, note } };
}

describe('replaying an undo record', () => {
  it('deletes a fault that lets go and leaves its pods alone', async () => {
    const { target, options } = world(fault([]), POD);
    await replay(faultRecord(), options);
    expect([...target.objects.keys()]).toEqual(['Pod/shop/back']);
  });

  it('forces the finalizer of a fault that hangs and replaces the pods that may keep its rules', async () => {
    const { target, notes, options } = world(fault(['chaos-mesh/records']), POD);
    await replay(faultRecord(), options);
    expect([...target.objects.keys()]).toEqual([]);
    expect(notes.join('\n')).toMatch(
      /forcing its finalizer[\s\S]*removing its finalizers[\s\S]*replacing pod shop\/back/,
    );
  });

  it('puts nothing back into an object that was made anew under the same name', async () => {
    const ref = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'back' };
    const record: UndoRecord = {
      op: 'patch',
      sequence: 1,
      ref,
      uid: 'u1',
      patch: { metadata: { labels: { a: 'b' } } },
    };
    const { target, notes, options } = world({ ...POD, metadata: { ...POD.metadata, uid: 'u2' } });
    await replay(record, options);
    await replay({ ...record, ref: { ...ref, name: 'none' } }, options);
    expect(target.calls.filter((call) => !call.startsWith('get'))).toEqual([]);
    expect(notes).toContain('Pod shop/back is another one now: left alone');
    await replay({ ...record, uid: 'u2' }, options);
    expect(target.objects.get('Pod/shop/back')?.metadata.labels).toEqual({ a: 'b' });
  });

  it('does not delete a pod of the same name that came later', async () => {
    const later = { ...POD, metadata: { ...POD.metadata, uid: 'u2' } };
    const { target, options } = world(fault(['chaos-mesh/records']), later);
    await replay(faultRecord(), options);
    expect([...target.objects.keys()]).toEqual(['Pod/shop/back']);
  });

  it('is content with what is already gone, and can be repeated', async () => {
    const { options } = world();
    await replay(faultRecord(), options);
    await replay({ op: 'scale', sequence: 2, ref: { ...FAULT_REF, kind: 'Deployment' }, replicas: 2 }, options);
    await replay({ op: 'patch', sequence: 3, ref: FAULT_REF, patch: {} }, options);
  });

  it('gives the pods of a namespace that is thrown away no time to say goodbye', async () => {
    const { target, options } = world({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }, POD);
    const ref = { apiVersion: 'v1', kind: 'Namespace', name: 'shop' };
    await replay({ op: 'delete', sequence: 1, ref, waitGone: true, isFault: false, targets: [] }, options);
    expect([...target.objects.keys()]).toEqual([]);
  });

  it('fails loudly when an object does not go', async () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', finalizers: ['kubernetes'] } };
    const { options } = world(namespace);
    const ref = { apiVersion: 'v1', kind: 'Namespace', name: 'shop' };
    const record: UndoRecord = { op: 'delete', sequence: 1, ref, waitGone: true, isFault: false, targets: [] };
    await expect(replay(record, options)).rejects.toThrow(/Namespace shop to be gone.*finalizers: kubernetes/);
  });

  it('passes a refusal on instead of calling it done', async () => {
    const { target, options } = world(fault([]));
    target.trouble = (call) => (call.startsWith('remove') ? new KubernetesError('forbidden', 403) : null);
    await expect(replay(faultRecord(), options)).rejects.toThrow('forbidden');
  });

  it('takes the last change back first', async () => {
    const { target, options } = world(fault([]), { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    const ref = { apiVersion: 'v1', kind: 'Namespace', name: 'shop' };
    const first: UndoRecord = { op: 'delete', sequence: 1, ref, waitGone: false, isFault: false, targets: [] };
    await replayAll([first, faultRecord(2)], options);
    const removed = target.calls.filter((call) => call.startsWith('remove'));
    expect(removed).toEqual(['remove NetworkChaos/system/fault', 'remove Namespace/shop']);
  });

  describe('of a deletion', () => {
    const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'limits' };
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'shop', name: 'limits' },
      data: { a: '1' },
    };
    const record: UndoRecord = { op: 'create', sequence: 1, ref, object };

    it('makes the object again, once', async () => {
      const { target, options } = world();
      await replay(record, options);
      await replay(record, options);
      expect(target.objects.get('ConfigMap/shop/limits')).toMatchObject({ data: { a: '1' } });
      expect(target.calls.filter((call) => call.startsWith('create'))).toHaveLength(1);
    });

    it('leaves one alone that somebody made meanwhile', async () => {
      const { target, options } = world({ ...object, data: { a: '2' } } as KubeObject);
      await replay(record, options);
      expect(target.objects.get('ConfigMap/shop/limits')).toMatchObject({ data: { a: '2' } });
    });

    it('is content where the namespace went, and passes any other refusal on', async () => {
      const { target, options } = world();
      target.trouble = (call) => (call.startsWith('create') ? new KubernetesError('no namespace', 404) : null);
      await replay(record, options);
      target.trouble = (call) => (call.startsWith('create') ? new KubernetesError('forbidden', 403) : null);
      await expect(replay(record, options)).rejects.toThrow('forbidden');
    });

    it('fails loudly where the old one does not go', async () => {
      const metadata = { ...object.metadata, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['stuck'] };
      const { options } = world({ ...object, metadata });
      await expect(replay(record, options)).rejects.toThrow(/finalizers: stuck/);
    });
  });
});
