import { describe, expect, it } from 'vitest';
import { HEALER } from '../../../healer/src/names.ts';
import { LAB_LEASE } from '../../experiment/cluster-records/lab-lease.ts';
import { DEAD_MAN } from '../../experiment/cluster-records/undo.ts';
import type { ShellAnswer } from '../../ports/node-shell.ts';
import { assemble, NodeAuditSource } from './node-audit-source.ts';
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
  line(atMs, { resource: 'leases', name: LAB_LEASE.name, namespace: DEAD_MAN.namespace });
const beats = (count: number): string[] => Array.from({ length: count }, (_, index) => beat(START_MS + index * 2_000));
const eviction = line(
  START_MS + 5_000,
  { resource: 'pods', subresource: 'eviction', namespace: 'shop', name: 'back' },
  HEALER.user,
);

/** A log on a node, to which the API server goes on writing while it is read. */
class GrowingLog {
  readonly #shown: string[];
  #reads = 0;

  /** The content at each look, the last one for all after it. */
  constructor(...shown: string[]) {
    this.#shown = shown;
  }

  reaches(): boolean {
    return true;
  }

  async run(_node: string, script: string): Promise<ShellAnswer> {
    const content = Buffer.from(this.#shown[Math.min(this.#reads, this.#shown.length - 1)] ?? '');
    const [, from = '1', count = '0'] = /tail -c \+(\d+) .* head -c (\d+)/.exec(script) ?? [];
    const isSize = script.startsWith('stat');
    if (!isSize) this.#reads += 1;
    const stretch = content.subarray(Number(from) - 1, Number(from) - 1 + Number(count)).toString();
    return { exitCode: 0, stdout: isSize ? `7 ${content.length}\n` : stretch, stderr: '' };
  }
}

describe('the audit log', () => {
  it('keeps microseconds', () => {
    expect(microTimeMs('2026-01-01T00:00:00.123456Z')).toBeCloseTo(START_MS + 123.456, 3);
  });

  it('leaves out what is not a finished request', () => {
    expect(parseAuditLine(line(START_MS, { resource: 'pods' }, 'admin', 'RequestReceived'))).toBeNull();
  });

  it('is complete when our own heartbeat is in it without a gap', () => {
    const log = assemble([...beats(6), eviction], START_MS, START_MS + 10_000, ['shop']);
    expect(log).toMatchObject({ complete: true, source: 'api-server' });
    expect(log.entries).toMatchObject([{ user: HEALER.user, subresource: 'eviction', name: 'back', status: 200 }]);
  });

  it.each([
    ['is empty', []],
    ['misses a stretch in the middle', [beat(START_MS), beat(START_MS + 18_000), beat(START_MS + 20_000)]],
    ['ends before the observation does', beats(2)],
  ])('is not complete when it %s', (_case, lines) => {
    expect(assemble(lines, START_MS, START_MS + 20_000, ['shop'])).toMatchObject({ complete: false });
  });

  it('does not take a failed renewal for a heartbeat', () => {
    const failed = beats(11).map((text) => text.replace('"code":200', '"code":409'));
    expect(assemble(failed, START_MS, START_MS + 20_000, [])).toMatchObject({ complete: false });
  });

  describe('that is being written while it is read', () => {
    const before = `${beat(START_MS - 4_000)}\n`;
    const whole = [...beats(6), eviction].map((each) => `${each}\n`).join('');
    const read = (log: GrowingLog, offsetBytes: number) =>
      new NodeAuditSource(log, 'node').read({ inode: '7', offsetBytes }, START_MS, START_MS + 10_000, ['shop']);

    it.each<[string, GrowingLog, number]>([
      ['at rest', new GrowingLog(before + whole), before.length],
      ['from its first byte', new GrowingLog(whole), 0],
      ['with a line that was half written at the start', new GrowingLog(before + whole), before.length - 20],
      [
        'with a last line that is half written',
        new GrowingLog((before + whole).slice(0, -90), before + whole),
        before.length,
      ],
    ])('is read whole: %s', async (_how, log, offsetBytes) => {
      const { complete, entries } = await read(log, offsetBytes);
      expect([complete, entries.map(({ subresource }) => subresource)]).toEqual([true, ['eviction']]);
    });

    it('is not complete when its last line stays half written', async () => {
      const { complete, detail } = await read(new GrowingLog((before + whole).slice(0, -90)), before.length);
      expect([complete, detail]).toEqual([false, 'the newest line of the audit log is not whole']);
    });
  });
});
