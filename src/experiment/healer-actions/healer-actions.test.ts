import { describe, expect, it } from 'vitest';
import { buildEvidence, eviction, healerRecord, T0 } from '../../../test/fixtures/evidence-builder.ts';
import type { Fault } from '../../scenario/model/fault.ts';
import type { AuditEntry, NodeTarget, ObjectTarget, ReleaseTarget } from '../evidence/evidence.ts';
import { foreignRemovals, healerActions, isOn } from './healer-actions.ts';

const DEPLOYMENT: ObjectTarget = {
  kind: 'Object',
  apiVersion: 'apps/v1',
  objectKind: 'Deployment',
  resource: 'deployments',
  namespace: 'shop',
  name: 'back',
  uid: 'uid-deployment',
  labels: {},
};
const NODE: NodeTarget = { kind: 'Node', namespace: '', name: 'worker', uid: 'uid-node', labels: {} };
const RELEASE: ReleaseTarget = { kind: 'Release', namespace: 'shop', name: 'web', uid: 'r', labels: {}, revision: 1 };

const entry = (over: Partial<AuditEntry>): AuditEntry => eviction(8_000, { subresource: null, verb: 'patch', ...over });

describe('an audit entry', () => {
  it.each([
    [DEPLOYMENT, { resource: 'deployments', name: 'back' }, true],
    [DEPLOYMENT, { resource: 'deployments', name: 'back', uid: 'another' }, false],
    [DEPLOYMENT, { resource: 'deployments', name: 'front' }, false],
    [DEPLOYMENT, { resource: 'services', name: 'back' }, false],
    [DEPLOYMENT, { resource: 'deployments', name: 'back', namespace: 'other' }, false],
    [NODE, { resource: 'nodes', name: 'worker', namespace: null }, true],
    [NODE, { resource: 'pods', name: 'worker' }, false],
    [RELEASE, { resource: 'secrets', name: 'sh.helm.release.v1.web.v3' }, true],
    [RELEASE, { resource: 'secrets', name: 'sh.helm.release.v1.website.v3' }, false],
    [RELEASE, { resource: 'secrets', name: 'password' }, false],
  ])('is on the target %j or not: %j', (target, over, is) => {
    expect(isOn(entry(over), target)).toBe(is);
  });
});

it('a pod that the healer moves off a node that was hit is an action on that node', () => {
  const target = { kind: 'Pod', namespace: 'shop', name: 'shop-back-1', uid: 'uid-1', node: 'worker' } as const;
  const evidence = buildEvidence({ injection: { targets: [NODE] } });
  const watch = { ...evidence.watch, records: [healerRecord(8_000, { target })] };
  expect(healerActions({ ...evidence, watch }).map((action) => action.target)).toEqual([NODE]);
  const elsewhere = { ...evidence.watch, records: [healerRecord(8_000, { target: { ...target, node: 'worker2' } })] };
  expect(healerActions({ ...evidence, watch: elsewhere }).map((action) => action.target)).toEqual([null]);
});

describe('a fault that deletes', () => {
  const object = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'shop-back-1' };
  const fault: Fault = { type: 'kubernetes', change: { verb: 'delete', object }, durationMs: null };
  const deletion = (atMs: number): AuditEntry => ({
    ...eviction(atMs, { verb: 'delete', subresource: null }),
    user: 'kubernetes-admin',
    status: 200,
  });
  const removalsOf = (entries: AuditEntry[], own: Fault = fault): number[] => {
    const evidence = buildEvidence({ fault: own });
    return foreignRemovals({ ...evidence, audit: { ...evidence.audit, entries } }).map(({ atMs }) => atMs - T0);
  };

  it('is not somebody else who removed the target', () => {
    expect(removalsOf([deletion(20)])).toEqual([]);
  });

  it('hides no later removal by somebody else, and none under another fault', () => {
    expect(removalsOf([deletion(20), deletion(5_000)])).toEqual([5_000]);
    const patch: Fault = { type: 'kubernetes', change: { verb: 'scale', object, replicas: 0 }, durationMs: null };
    expect(removalsOf([deletion(20)], patch)).toEqual([20]);
  });
});
