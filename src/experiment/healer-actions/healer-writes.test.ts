import { describe, expect, it } from 'vitest';
import { HEALER } from '../../../healer/src/names.ts';
import { eviction } from '../../../test/fixtures/evidence-builder.ts';
import type { AuditEntry } from '../evidence/evidence.ts';
import { healerWrites, releaseRecordOf, typesOf } from './healer-writes.ts';

const home = HEALER.namespace;
const entry = (over: Partial<AuditEntry>): AuditEntry => eviction(8_000, { subresource: null, verb: 'patch', ...over });

describe('bookkeeping of the healer', () => {
  it.each<[string, Partial<AuditEntry>]>([
    ['an Event', { resource: 'events', verb: 'create' }],
    ['its Lease', { resource: 'leases', verb: 'update', namespace: home }],
    ['what it remembers', { resource: 'configmaps', namespace: home, name: HEALER.lastKnownGood }],
    ['a Remediation', { resource: 'remediations', verb: 'create' }],
    ['the status of a Remediation', { resource: 'remediations', subresource: 'status', verb: 'update' }],
    ['the status of a policy', { resource: 'healingpolicies', subresource: 'status' }],
    ['the status of a policy of the cluster', { resource: 'clusterhealingpolicies', subresource: 'status' }],
  ])('%s is no action', (_what, over) => {
    expect(healerWrites([entry(over)])).toEqual([]);
  });

  it.each<[string, Partial<AuditEntry>]>([
    ['an Event that is taken away', { resource: 'events', verb: 'delete' }],
    ['somebody else’s Lease', { resource: 'leases', verb: 'update', namespace: 'kube-node-lease' }],
    ['another ConfigMap at home', { resource: 'configmaps', namespace: home, name: 'settings' }],
    ['a ConfigMap of that name elsewhere', { resource: 'configmaps', name: HEALER.lastKnownGood }],
    ['a policy itself', { resource: 'healingpolicies' }],
    ['a policy of the cluster itself', { resource: 'clusterhealingpolicies', verb: 'delete' }],
    ['a Secret', { resource: 'secrets', name: 'password' }],
    ['the record of a release', { resource: 'secrets', name: 'sh.helm.release.v1.web.v2' }],
  ])('%s is none: that is an action', (_what, over) => {
    expect(healerWrites([entry(over)])).toHaveLength(1);
  });

  it('is looked for in the healer’s own requests, and reads are none', () => {
    expect(healerWrites([entry({ resource: 'pods', user: 'somebody' }), entry({ verb: 'list' })])).toEqual([]);
  });
});

describe('the kinds of action that a write can have been', () => {
  it.each<[string, Partial<AuditEntry>, readonly string[]]>([
    ['an eviction', { resource: 'pods', subresource: 'eviction', verb: 'create' }, ['EvictPod', 'DrainNode']],
    ['a deleted pod', { resource: 'pods', verb: 'delete' }, ['EvictPod', 'DeletePod']],
    [
      'the record of a release',
      { resource: 'secrets', name: 'sh.helm.release.v1.web.v2' },
      ['RollbackRelease', 'UninstallRelease'],
    ],
    [
      'a patched workload',
      { resource: 'statefulsets' },
      ['RestartRollout', 'RollbackWorkload', 'RollbackRelease', 'UninstallRelease'],
    ],
    ['a deleted workload', { resource: 'deployments', verb: 'delete' }, ['RollbackRelease', 'UninstallRelease']],
    ['a node', { resource: 'nodes' }, ['CordonNode', 'DrainNode', 'RebootNode']],
  ])('%s', (_what, over, types) => {
    expect(typesOf(entry(over))).toEqual(types);
  });

  it('are all but a message where nothing is known, as for a Secret that is no record of Helm', () => {
    for (const over of [{ resource: 'secrets', name: 'password' }, { resource: 'services' }])
      expect(typesOf(entry(over))).toEqual(expect.arrayContaining(['EvictPod', 'RebootNode', 'RollbackRelease']));
  });
});

it('the record of a release names it, dots and all', () => {
  const named = (name: string): string | null => releaseRecordOf(entry({ resource: 'secrets', name }));
  expect(named('sh.helm.release.v1.web.v12')).toBe('web');
  expect(named('sh.helm.release.v1.web.v2.v12')).toBe('web.v2');
  expect(named('sh.helm.release.v1.web')).toBeNull();
  expect(releaseRecordOf(entry({ resource: 'configmaps', name: 'sh.helm.release.v1.web.v1' }))).toBeNull();
});
