import { describe, expect, it } from 'vitest';
import type { ActionType } from '../../../healer/src/names.ts';
import { HEALER } from '../../../healer/src/names.ts';
import {
  buildEvidence,
  type EvidenceParts,
  eviction,
  healerRecord,
  NO_FAULT,
  T0,
} from '../../../test/fixtures/evidence-builder.ts';
import type { ExpectedAction } from '../../scenario/model/scenario.ts';
import type { AuditLog, Evidence, HealerWatch } from '../evidence/evidence.ts';
import { actionFindings, watcherAbsent } from './absence.ts';
import { healerActions } from './healer-actions.ts';

const WINDOW = { fromMs: T0, toMs: T0 + 26_000 };

function findings(story: EvidenceParts, audit: Partial<AuditLog> = {}, watch: Partial<HealerWatch> = {}): string[] {
  const told = buildEvidence(story);
  const evidence: Evidence = { ...told, audit: { ...told.audit, ...audit }, watch: { ...told.watch, ...watch } };
  const { refuted, unknown } = actionFindings(evidence, healerActions(evidence), WINDOW);
  return [...refuted, ...unknown].map((reason) => reason.code);
}

const expecting = (over: Partial<ExpectedAction> = {}): EvidenceParts => ({
  recovery: { expectActions: [{ type: 'EvictPod', target: { app: 'shop-back' }, max: 1, ...over }] },
});
const forbidding = (...types: ActionType[]): EvidenceParts => ({
  recovery: { forbidActions: types.map((type) => ({ type })) },
});
const stranger = (atMs: number, name = 'shop-back-7') => eviction(atMs, { name });
const aboutStranger = (atMs: number, app?: string) =>
  healerRecord(atMs, {
    target: {
      kind: 'Pod',
      namespace: 'shop',
      name: 'shop-back-7',
      uid: 'uid-7',
      ...(app === undefined ? {} : { app }),
    },
  });
const patchNode = (atMs: number) =>
  eviction(atMs, { verb: 'patch', resource: 'nodes', subresource: null, namespace: null, name: 'healproof-worker' });

describe('an expected action', () => {
  it.each<{
    what: string;
    story: EvidenceParts;
    audit?: Partial<AuditLog>;
    watch?: Partial<HealerWatch>;
    codes: string[];
  }>([
    { what: 'that happened once', story: expecting(), codes: [] },
    { what: 'that did not happen', story: { ...expecting(), actedAtMs: null }, codes: ['ACTION_MISSING'] },
    {
      what: 'that happened to other labels',
      story: expecting({ target: { app: 'shop-front' } }),
      codes: ['ACTION_MISSING'],
    },
    { what: 'of another type', story: expecting({ type: 'RestartRollout' }), codes: ['ACTION_MISSING'] },
    {
      what: 'that the API server refused',
      story: expecting(),
      audit: { entries: [eviction(8_000, { status: 429 })] },
      codes: ['ACTION_MISSING'],
    },
    { what: 'that only the healer tells of', story: expecting(), audit: { entries: [] }, codes: ['ACTION_MISSING'] },
    {
      what: 'that happened before the window',
      story: { ...expecting(), actedAtMs: -5_000 },
      codes: ['ACTION_MISSING'],
    },
    {
      what: 'that happened too often',
      story: expecting(),
      audit: { entries: [eviction(8_000), eviction(9_000)] },
      codes: ['TOO_MANY_ACTIONS'],
    },
    {
      what: 'that happened again after a refusal',
      story: expecting(),
      audit: { entries: [eviction(7_000, { status: 429 }), eviction(8_000)] },
      codes: [],
    },
    { what: 'that must not happen', story: expecting({ max: 0 }), codes: ['FORBIDDEN_ACTION'] },
    { what: 'that must not happen and did not', story: { ...expecting({ max: 0 }), actedAtMs: null }, codes: [] },
    { what: 'on anything', story: expecting({ target: {} }), codes: [] },
    {
      what: 'missing from a log with gaps',
      story: { ...expecting(), actedAtMs: null },
      audit: { complete: false },
      codes: ['WATCHER_ABSENT'],
    },
    {
      what: 'found in a log with gaps, where there may have been more',
      story: expecting(),
      audit: { complete: false },
      codes: ['WATCHER_ABSENT'],
    },
    {
      what: 'found too often in a log with gaps',
      story: expecting(),
      audit: { complete: false, entries: [eviction(8_000), eviction(9_000)] },
      codes: ['TOO_MANY_ACTIONS'],
    },
    {
      what: 'that must not happen, the healer being dead',
      story: { ...expecting({ max: 0 }), actedAtMs: null },
      watch: { aliveThroughout: false },
      codes: ['WATCHER_ABSENT'],
    },
    {
      what: 'told by the healer alone, there being no log',
      story: expecting(),
      audit: { source: 'none', complete: false, entries: [] },
      codes: [],
    },
    {
      what: 'told by nobody, there being no log and no healer',
      story: expecting(),
      audit: { source: 'none', entries: [] },
      watch: { records: [], aliveThroughout: false },
      codes: ['WATCHER_ABSENT'],
    },
    {
      what: 'that was a message',
      story: expecting({ type: 'Notify' }),
      watch: { records: [healerRecord(8_000, { action: 'Notify' })] },
      codes: [],
    },
  ])('$what: $codes', ({ story, audit, watch, codes }) => {
    expect(findings(story, audit, watch)).toEqual(codes);
  });

  it.each<{
    what: string;
    audit: Partial<AuditLog>;
    watch: Partial<HealerWatch>;
    target?: Record<string, string>;
    codes: string[];
  }>([
    {
      what: 'whose app the healer names',
      audit: { entries: [stranger(8_000)] },
      watch: { records: [aboutStranger(8_000, 'shop-back')] },
      codes: [],
    },
    {
      what: 'whose app is another',
      audit: { entries: [stranger(8_000)] },
      watch: { records: [aboutStranger(8_000, 'shop-front')] },
      codes: ['ACTION_MISSING'],
    },
    {
      what: 'of which nobody knows the app',
      audit: { entries: [stranger(8_000)] },
      watch: { records: [] },
      codes: ['WATCHER_ABSENT'],
    },
    {
      what: 'of which only the app is known',
      audit: { entries: [stranger(8_000)] },
      watch: { records: [aboutStranger(8_000, 'shop-back')] },
      target: { app: 'shop-back', tier: 'x' },
      codes: ['WATCHER_ABSENT'],
    },
    {
      what: 'beside the target',
      audit: { entries: [eviction(8_000), stranger(9_000)] },
      watch: { records: [] },
      codes: ['WATCHER_ABSENT'],
    },
  ])('on a pod $what: $codes', ({ audit, watch, target, codes }) => {
    expect(findings(expecting(target === undefined ? {} : { target }), audit, watch)).toEqual(codes);
  });

  it('is no certain eviction where a node was written to as well, for then it may have been a drain', () => {
    const entries = [eviction(8_000), patchNode(7_900)];
    expect(findings(expecting(), { entries }, { records: [] })).toEqual(['WATCHER_ABSENT']);
    expect(findings(expecting(), { entries })).toEqual([]);
  });

  it('cannot be told from another that the log writes alike', () => {
    const restart = eviction(8_000, { verb: 'patch', resource: 'deployments', subresource: null, name: 'shop-back' });
    const story = expecting({ type: 'RestartRollout', target: {} });
    expect(findings(story, { entries: [restart] }, { records: [] })).toEqual(['WATCHER_ABSENT']);
    expect(
      findings(story, { entries: [restart] }, { records: [healerRecord(8_000, { action: 'RestartRollout' })] }),
    ).toEqual([]);
  });
});

describe('a forbidden action', () => {
  it.each<{
    what: string;
    story: EvidenceParts;
    audit?: Partial<AuditLog>;
    watch?: Partial<HealerWatch>;
    codes: string[];
  }>([
    { what: 'that did not happen', story: forbidding('RebootNode'), codes: [] },
    { what: 'that happened', story: forbidding('EvictPod'), codes: ['FORBIDDEN_ACTION'] },
    { what: 'named by the healer’s record', story: forbidding('EvictPod'), codes: ['FORBIDDEN_ACTION'] },
    {
      what: 'that was refused',
      story: forbidding('EvictPod'),
      audit: { entries: [eviction(8_000, { status: 403 })] },
      watch: { records: [] },
      codes: ['FORBIDDEN_ACTION'],
    },
    {
      what: 'that the healer alone confesses',
      story: forbidding('RebootNode'),
      watch: { records: [healerRecord(8_000, { action: 'RebootNode' })] },
      codes: ['FORBIDDEN_ACTION'],
    },
    {
      what: 'that a write may have been',
      story: forbidding('RebootNode'),
      audit: { entries: [patchNode(8_000)] },
      codes: ['WATCHER_ABSENT'],
    },
    {
      what: 'in a log with gaps',
      story: forbidding('RebootNode'),
      audit: { complete: false },
      codes: ['WATCHER_ABSENT'],
    },
    {
      what: 'without a log',
      story: forbidding('RebootNode'),
      audit: { source: 'none', entries: [] },
      codes: ['WATCHER_ABSENT'],
    },
    {
      what: 'with the healer dead',
      story: forbidding('RebootNode'),
      watch: { aliveThroughout: false },
      codes: ['WATCHER_ABSENT'],
    },
    {
      what: 'seen in a log with gaps',
      story: forbidding('EvictPod'),
      audit: { complete: false },
      codes: ['FORBIDDEN_ACTION'],
    },
  ])('$what: $codes', ({ story, audit, watch, codes }) => {
    expect(findings(story, audit, watch)).toEqual(codes);
  });
});

describe('a control run', () => {
  const control: EvidenceParts = { fault: NO_FAULT, by: 'none', outAtMs: null, actedAtMs: null };

  it.each<{ what: string; audit?: Partial<AuditLog>; watch?: Partial<HealerWatch>; codes: string[] }>([
    { what: 'without an action', codes: [] },
    { what: 'with an action on any pod', audit: { entries: [stranger(8_000)] }, codes: ['FORBIDDEN_ACTION'] },
    { what: 'with an attempt', audit: { entries: [eviction(8_000, { status: 429 })] }, codes: ['FORBIDDEN_ACTION'] },
    { what: 'with a confession', watch: { records: [healerRecord(8_000)] }, codes: ['FORBIDDEN_ACTION'] },
    { what: 'with an action on a node', audit: { entries: [patchNode(8_000)] }, codes: ['FORBIDDEN_ACTION'] },
    {
      what: 'with an action in another namespace',
      audit: { entries: [eviction(8_000, { namespace: 'elsewhere' })] },
      codes: [],
    },
    {
      what: 'with an Event and a Lease',
      audit: {
        entries: [
          eviction(8_000, { resource: 'events', subresource: null }),
          eviction(9_000, { resource: 'leases', verb: 'update', subresource: null, namespace: HEALER.namespace }),
        ],
      },
      codes: [],
    },
    { what: 'with a log that ends too early', audit: { toMs: T0 + 25_000 }, codes: ['WATCHER_ABSENT'] },
    { what: 'with the healer dead', watch: { aliveThroughout: false }, codes: ['WATCHER_ABSENT'] },
  ])('$what: $codes', ({ audit, watch, codes }) => {
    expect(findings(control, audit, watch)).toEqual(codes);
  });

  it('looks everywhere where no namespace is named', () => {
    const told = buildEvidence(control);
    const scenario = { ...told.scenario, blastRadius: { namespaces: [], maxPods: 0, maxNodes: 0 } };
    const evidence = {
      ...told,
      scenario,
      audit: { ...told.audit, entries: [eviction(8_000, { namespace: 'elsewhere' })] },
    };
    expect(actionFindings(evidence, healerActions(evidence), WINDOW).refuted).toHaveLength(1);
  });
});

describe('watcherAbsent', () => {
  it('is null only with a complete log and a healer alive', () => {
    const told = buildEvidence();
    expect(watcherAbsent(told, WINDOW)).toBeNull();
    expect(watcherAbsent({ ...told, audit: { ...told.audit, complete: false } }, WINDOW)).toMatch(/audit log/);
    expect(watcherAbsent({ ...told, watch: { ...told.watch, aliveThroughout: false } }, WINDOW)).toMatch(/alive/);
  });
});
