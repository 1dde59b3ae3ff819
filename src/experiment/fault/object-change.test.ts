import { describe, expect, it } from 'vitest';
import { mergePatchBetween, type ObjectChange, sightOf, stands, stripped } from './object-change.ts';

const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'back' };
const before = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'back',
    namespace: 'shop',
    uid: 'u1',
    resourceVersion: '7',
    generation: 1,
    labels: { app: 'back' },
  },
  spec: {
    replicas: 3,
    template: {
      spec: {
        containers: [
          { name: 'a', image: 'good' },
          { name: 'b', image: 'side' },
        ],
      },
    },
  },
  status: { replicas: 3 },
};
const after = {
  ...before,
  metadata: { ...before.metadata, resourceVersion: '8', generation: 2, labels: { app: 'back', new: 'yes' } },
  spec: {
    paused: true,
    template: {
      spec: {
        containers: [
          { name: 'a', image: 'bad' },
          { name: 'b', image: 'side' },
        ],
      },
    },
  },
  status: { replicas: 0 },
};

describe('the patch between two states of an object', () => {
  it('holds what differs and neither status nor what the server keeps', () => {
    expect(mergePatchBetween(before, after)).toEqual({
      metadata: { labels: { new: 'yes' } },
      spec: {
        replicas: null,
        paused: true,
        template: { spec: { containers: after.spec.template.spec.containers } },
      },
    });
  });

  it('leads back when it is read the other way round', () => {
    expect(mergePatchBetween(after, before)).toEqual({
      metadata: { labels: { new: null } },
      spec: {
        replicas: 3,
        paused: null,
        template: { spec: { containers: before.spec.template.spec.containers } },
      },
    });
  });

  it('is empty between equals, in whatever order they were written', () => {
    const other = { spec: before.spec, metadata: before.metadata, kind: 'Deployment', apiVersion: 'apps/v1' };
    expect(mergePatchBetween(before, other)).toEqual({});
  });
});

describe('a change', () => {
  const patch = mergePatchBetween(before, after);
  const changed: ObjectChange = { ref, becomes: 'changed', patch };
  const gone: ObjectChange = { ref, becomes: 'gone', uid: 'u1' };
  const dying = { ...before, metadata: { ...before.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
  const half = { ...after, spec: { ...after.spec, replicas: 3 } };

  it.each<{ what: string; change: ObjectChange; object: typeof before | typeof after | null; is: boolean }>([
    { what: 'carries it all', change: changed, object: after, is: true },
    { what: 'carries none of it', change: changed, object: before, is: false },
    { what: 'carries only a part', change: changed, object: half, is: false },
    { what: 'is gone instead of changed', change: changed, object: null, is: false },
    { what: 'is being deleted instead of changed', change: changed, object: dying, is: false },
    { what: 'is gone', change: gone, object: null, is: true },
    { what: 'is on its way out', change: gone, object: dying, is: true },
    { what: 'is there', change: gone, object: before, is: false },
    {
      what: 'has a successor',
      change: gone,
      object: { ...before, metadata: { ...before.metadata, uid: 'u2' } },
      is: true,
    },
    { what: 'is there as it should', change: { ref, becomes: 'present' }, object: before, is: true },
    { what: 'was not made', change: { ref, becomes: 'present' }, object: null, is: false },
  ])('stands or not when the object $what', ({ change, object, is }) => {
    expect(stands(change, object)).toBe(is);
    expect(sightOf(change, object)).toMatch(/^Deployment back /);
  });
});

it('an object that is made again keeps nothing that the server added', () => {
  expect(stripped(before)).toEqual({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'back', namespace: 'shop', labels: { app: 'back' }, annotations: undefined },
    spec: before.spec,
  });
});
