import { describe, expect, it } from 'vitest';
import type { HealerRecord } from '../../../healer/src/names.ts';
import { buildEvidence, eviction, healerRecord, T0 } from '../../../test/fixtures/evidence-builder.ts';
import type { AuditEntry, ReleaseTarget } from '../evidence/evidence.ts';
import { type HealerAction, healerActions } from './healer-actions.ts';

const uid = 'release shop/web';
const RELEASE: ReleaseTarget = { kind: 'Release', namespace: 'shop', name: 'web', uid, labels: {}, revision: 1 };
const target = { kind: 'HelmRelease', namespace: 'shop', name: 'web', uid, app: 'web' } as const;

let serial = 0;
function write(atMs: number, over: Partial<AuditEntry>): AuditEntry {
  serial += 1;
  return eviction(atMs, { id: `w${serial}`, subresource: null, verb: 'update', status: 200, ...over });
}
const secret = (atMs: number, over: Partial<AuditEntry> = {}): AuditEntry =>
  write(atMs, { resource: 'secrets', name: 'sh.helm.release.v1.web.v3', ...over });
const deployment = (atMs: number, over: Partial<AuditEntry> = {}): AuditEntry =>
  write(atMs, { resource: 'deployments', name: 'web', verb: 'patch', ...over });

/** Decided at 8 s, ended at 12 s. */
const ran = (over: Partial<HealerRecord> = {}): HealerRecord =>
  healerRecord(12_000, { action: 'RollbackRelease', target, decidedAtMs: T0 + 8_000, ...over });

function actionsOf(entries: AuditEntry[], records: HealerRecord[] = [ran()]): HealerAction[] {
  const evidence = buildEvidence({ injection: { targets: [RELEASE] } });
  return healerActions({
    ...evidence,
    audit: { ...evidence.audit, entries },
    watch: { ...evidence.watch, records },
  });
}

describe('a run of Helm by the healer', () => {
  it('is one action on its release, however much it writes', () => {
    const actions = actionsOf([
      secret(8_500),
      deployment(9_000),
      secret(11_000),
      write(9_500, { resource: 'services' }),
    ]);
    expect(actions).toMatchObject([
      {
        atMs: T0 + 8_500,
        endedAtMs: T0 + 11_000,
        witness: 'audit-log',
        types: ['RollbackRelease'],
        target: RELEASE,
        accepted: true,
      },
    ]);
  });

  it.each<[string, AuditEntry]>([
    ['an eviction', eviction(9_000, { name: 'shop-back-7' })],
    ['a deleted pod', write(9_000, { resource: 'pods', verb: 'delete', name: 'shop-back-7' })],
    ['a node', write(9_000, { resource: 'nodes', namespace: null, name: 'worker' })],
    ['another namespace', deployment(9_000, { namespace: 'other' })],
    ['the record of another release', secret(9_000, { name: 'sh.helm.release.v1.website.v3' })],
    ['a write before it was decided', deployment(2_000)],
    ['a write after it was over', deployment(60_000)],
    ['a write that was refused', deployment(9_000, { status: 403 })],
  ])('does not hide %s', (_what, entry) => {
    const actions = actionsOf([secret(8_500), entry]);
    expect(actions).toHaveLength(2);
    expect(actions.filter(({ record }) => record === null)).toHaveLength(1);
  });

  it('does not hide a restart of a rollout that the healer recorded itself', () => {
    const restart = healerRecord(9_000, {
      incident: 'other',
      action: 'RestartRollout',
      target: { kind: 'Pod', namespace: 'shop', name: 'a', uid: 'u' },
    });
    const actions = actionsOf([secret(8_500), deployment(9_000)], [ran(), restart]);
    expect(actions.map(({ types }) => types)).toEqual([['RollbackRelease'], ['RestartRollout']]);
  });

  it('stays in doubt where two runs could have made the same write', () => {
    const other = { ...target, name: 'website', uid: 'release shop/website' };
    const records = [ran(), ran({ incident: 'other', target: other })];
    const website = secret(8_600, { name: 'sh.helm.release.v1.website.v3' });
    const actions = actionsOf([secret(8_500), website, deployment(9_000)], records);
    expect(actions.map(({ types }) => types.length)).toEqual([1, 1, 4]);
  });

  it('is none without a write to Helm’s own records, whatever the healer says', () => {
    const actions = actionsOf([deployment(12_000)]);
    expect(actions).toMatchObject([
      { witness: 'audit-log', record: null },
      { witness: 'self-reported', types: ['RollbackRelease'] },
    ]);
  });

  it('without a record is every one of its writes', () => {
    const actions = actionsOf([secret(8_500), secret(11_000)], []);
    expect(actions.map(({ types, target: on }) => [types, on?.name])).toEqual([
      [['RollbackRelease', 'UninstallRelease'], 'web'],
      [['RollbackRelease', 'UninstallRelease'], 'web'],
    ]);
  });

  it('that failed keeps what it wrote', () => {
    const { actedAtMs: _, ...failed } = ran({ stage: 'failed' });
    const actions = actionsOf([secret(8_500)], [failed]);
    expect(actions.filter(({ accepted }) => accepted)).toMatchObject([{ record: null, target: RELEASE }]);
  });
});
