import { describe, expect, it } from 'vitest';
import { buildEvidence, eviction, healerRecord, pod, T0 } from '../../../test/fixtures/evidence-builder.ts';
import type { AuditEntry, AuditLog, Evidence, HealerWatch } from '../evidence/evidence.ts';
import { attribute, auditCovers } from './attribution.ts';
import { healerActions } from './healer-actions.ts';

const WINDOW = { fromMs: T0, toMs: T0 + 12_000 };
const base = buildEvidence({ actedAtMs: null });

function whoHealed(audit: Partial<AuditLog>, watch: Partial<HealerWatch> = {}, more: Partial<Evidence> = {}) {
  const evidence = { ...base, audit: { ...base.audit, ...audit }, watch: { ...base.watch, ...watch }, ...more };
  return attribute(evidence, healerActions(evidence), WINDOW);
}

const deleted = (atMs: number, user: string): AuditEntry =>
  eviction(atMs, { id: `${user}-${atMs}`, user, verb: 'delete', subresource: null });

describe('attribute, by the audit log', () => {
  it.each<{ what: string; entries: AuditEntry[]; who: string }>([
    { what: 'an eviction of the target', entries: [eviction(8_000)], who: 'healer' },
    {
      what: 'a deletion of the target',
      entries: [eviction(8_000, { verb: 'delete', subresource: null })],
      who: 'healer',
    },
    { what: 'an eviction by the target’s uid', entries: [eviction(8_000, { uid: 'uid-1' })], who: 'healer' },
    { what: 'nothing', entries: [], who: 'nobody' },
    { what: 'an eviction that was refused', entries: [eviction(8_000, { status: 429 })], who: 'nobody' },
    { what: 'an eviction of another pod', entries: [eviction(8_000, { name: 'shop-back-2' })], who: 'nobody' },
    { what: 'an eviction of a namesake elsewhere', entries: [eviction(8_000, { namespace: 'other' })], who: 'nobody' },
    { what: 'an eviction of the target’s successor', entries: [eviction(8_000, { uid: 'uid-9' })], who: 'nobody' },
    { what: 'an eviction before the injection', entries: [eviction(-1)], who: 'nobody' },
    { what: 'an eviction after the restoration', entries: [eviction(12_001)], who: 'nobody' },
    {
      what: 'an Event about the target',
      entries: [eviction(8_000, { resource: 'events', subresource: null })],
      who: 'nobody',
    },
    { what: 'a read of the target', entries: [eviction(8_000, { verb: 'get', subresource: null })], who: 'nobody' },
    { what: 'a deletion by a person', entries: [deleted(8_000, 'kubernetes-admin')], who: 'other' },
    {
      what: 'a person before the healer',
      entries: [deleted(7_000, 'kubernetes-admin'), eviction(8_000)],
      who: 'other',
    },
    {
      what: 'the healer before a person',
      entries: [eviction(7_000), deleted(8_000, 'kubernetes-admin')],
      who: 'healer',
    },
    { what: 'the kubelet', entries: [deleted(8_000, 'system:node:healproof-worker')], who: 'nobody' },
    {
      what: 'the injector',
      entries: [deleted(8_000, 'system:serviceaccount:chaos-mesh:chaos-controller-manager')],
      who: 'nobody',
    },
    {
      what: 'a controller of Kubernetes',
      entries: [deleted(8_000, 'system:serviceaccount:kube-system:replicaset-controller')],
      who: 'nobody',
    },
  ])('sees $who behind $what', ({ entries, who }) => {
    expect(whoHealed({ entries })).toMatchObject({ remediator: who, witness: 'audit-log' });
  });

  it('does not take the healer’s word against a complete log', () => {
    expect(whoHealed({}, { records: [healerRecord(8_000)] })).toMatchObject({ remediator: 'nobody' });
  });

  it.each<{ what: string; audit: Partial<AuditLog> }>([
    { what: 'has gaps', audit: { complete: false } },
    { what: 'begins too late', audit: { fromMs: T0 + 1 } },
    { what: 'ends too early', audit: { toMs: T0 + 11_999 } },
  ])('cannot say that nobody acted when the log $what', ({ audit }) => {
    expect(whoHealed(audit)).toMatchObject({ remediator: 'unknown', witness: 'none' });
    expect(auditCovers({ ...base.audit, ...audit }, WINDOW)).toBe(false);
  });

  it('still believes an entry of a log with gaps', () => {
    expect(whoHealed({ complete: false, entries: [eviction(8_000)] })).toMatchObject({ remediator: 'healer' });
  });

  it.each([-50, 12_050])('cannot say on which side of the window an act at %i ms lies when clocks differ', (atMs) => {
    expect(whoHealed({ entries: [eviction(atMs)] }, {}, { clockSkewMs: 100 })).toMatchObject({ remediator: 'unknown' });
  });

  it('links a write elsewhere to the target by the healer’s record of it', () => {
    const restart = eviction(8_000, { verb: 'patch', resource: 'deployments', subresource: null, name: 'shop-back' });
    const record = healerRecord(8_000, { action: 'RestartRollout' });
    expect(whoHealed({ entries: [restart] }, { records: [record] })).toMatchObject({ remediator: 'healer' });
    expect(whoHealed({ entries: [restart] })).toMatchObject({ remediator: 'nobody' });
  });
});

describe('attribute, without an audit log', () => {
  const none = { source: 'none', complete: false } as const;

  it.each<{ what: string; watch: Partial<HealerWatch>; who: string; witness: string }>([
    {
      what: 'a healer that says it acted',
      watch: { records: [healerRecord(8_000)] },
      who: 'healer',
      witness: 'self-reported',
    },
    { what: 'a healer alive that says nothing', watch: {}, who: 'nobody', witness: 'self-reported' },
    { what: 'a healer that was not there', watch: { aliveThroughout: false }, who: 'unknown', witness: 'none' },
    {
      what: 'a healer that only tried',
      watch: { records: [healerRecord(8_000, { stage: 'failed' })] },
      who: 'nobody',
      witness: 'self-reported',
    },
    {
      what: 'a healer that only sent a message',
      watch: { records: [healerRecord(8_000, { action: 'Notify' })] },
      who: 'nobody',
      witness: 'self-reported',
    },
  ])('reports $who from $what', ({ watch, who, witness }) => {
    expect(whoHealed(none, watch)).toMatchObject({ remediator: who, witness });
  });

  it('cannot place an act at the edge of the window', () => {
    const watch = { records: [healerRecord(12_040)] };
    expect(whoHealed(none, watch, { clockSkewMs: 100 })).toMatchObject({ remediator: 'unknown' });
  });
});

describe('healerDeeds', () => {
  it('counts an entry of the log and a record of the diary once however often they come', () => {
    const entries = [eviction(8_000), eviction(8_000)];
    const evidence = {
      ...base,
      audit: { ...base.audit, entries },
      watch: { ...base.watch, records: [healerRecord(8_000), healerRecord(8_000)] },
    };
    const actions = healerActions(evidence);
    expect(actions).toHaveLength(1);
    expect(actions[0]).toMatchObject({
      witness: 'audit-log',
      types: ['EvictPod'],
      target: pod(1),
      record: healerRecord(8_000),
    });
  });

  it('gives each record to the entry closest to it', () => {
    const entries = [eviction(8_000), eviction(9_500)];
    const records = [healerRecord(9_500, { incident: 'b' }), healerRecord(8_000, { incident: 'a' })];
    const evidence = { ...base, audit: { ...base.audit, entries }, watch: { ...base.watch, records } };
    expect(healerActions(evidence).map((action) => action.record?.incident)).toEqual(['a', 'b']);
  });

  it('takes a write that it does not know for any action but a message', () => {
    const entry = eviction(8_000, { verb: 'create', resource: 'configmaps', subresource: null, name: 'x' });
    const evidence = { ...base, audit: { ...base.audit, entries: [entry] } };
    const [action] = healerActions(evidence);
    expect(action?.types).toContain('RollbackRelease');
    expect(action?.types).not.toContain('Notify');
  });

  it('dates an action by the best time that its record has', () => {
    const { actedAtMs: _, ...undated } = healerRecord(8_000);
    const { decidedAtMs: __, ...undecided } = { ...undated, stage: 'failed' as const };
    for (const [record, ms] of [
      [undated, 8_020],
      [{ ...undated, stage: 'failed' as const }, 7_850],
      [undecided, 8_020],
    ] as const) {
      const evidence = { ...base, watch: { ...base.watch, records: [record] } };
      expect(healerActions(evidence).map((action) => action.atMs - T0)).toEqual([ms]);
    }
  });
});
