import { describe, expect, it } from 'vitest';
import { HEALER } from '../../../healer/src/names.ts';
import { DEAD_MAN } from '../../experiment/undo.ts';
import { assemble } from './node-audit-source.ts';
import { microTimeMs, parseAuditLine } from './parse.ts';

const START_MS = Date.parse('2026-01-01T00:00:00Z');

function line(atMs: number, objectRef: object, username = 'admin', stage = 'ResponseComplete'): string {
  const stageTimestamp = new Date(atMs).toISOString().replace('Z', '123Z');
  const responseStatus = { code: 200 };
  return JSON.stringify({
    auditID: `${atMs}`,
    stage,
    verb: 'create',
    user: { username },
    objectRef,
    responseStatus,
    stageTimestamp,
  });
}

const beat = (atMs: number): string =>
  line(atMs, { resource: 'leases', name: DEAD_MAN.lease, namespace: DEAD_MAN.namespace });
const beats = (count: number): string[] => Array.from({ length: count }, (_, index) => beat(START_MS + index * 2_000));
const eviction = line(
  START_MS + 5_000,
  { resource: 'pods', subresource: 'eviction', namespace: 'shop', name: 'back' },
  HEALER.user,
);

describe('the audit log', () => {
  it('keeps microseconds', () => {
    expect(microTimeMs('2026-01-01T00:00:00.123456Z')).toBeCloseTo(START_MS + 123.456, 3);
  });

  it('leaves out what is not a finished request', () => {
    expect(parseAuditLine(line(START_MS, { resource: 'pods' }, 'admin', 'RequestReceived'))).toBeNull();
  });

  it('is complete when our own heartbeat is in it without a gap', () => {
    const log = assemble([...beats(6), eviction].join('\n'), START_MS, START_MS + 10_000, ['shop']);
    expect(log).toMatchObject({ complete: true, source: 'api-server' });
    expect(log.entries).toMatchObject([{ user: HEALER.user, subresource: 'eviction', name: 'back', status: 200 }]);
  });

  it.each([
    ['is empty', []],
    ['misses a stretch in the middle', [beat(START_MS), beat(START_MS + 18_000), beat(START_MS + 20_000)]],
    ['ends before the observation does', beats(2)],
  ])('is not complete when it %s', (_case, lines) => {
    expect(assemble(lines.join('\n'), START_MS, START_MS + 20_000, ['shop'])).toMatchObject({ complete: false });
  });

  it('does not take a failed renewal for a heartbeat', () => {
    const failed = beats(11).map((text) => text.replace('"code":200', '"code":409'));
    expect(assemble(failed.join('\n'), START_MS, START_MS + 20_000, [])).toMatchObject({ complete: false });
  });
});
