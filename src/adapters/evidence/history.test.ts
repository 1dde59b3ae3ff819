import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cannedFail, cannedPass, cannedScenario } from '../../../test/fixtures/canned-run.ts';
import type { RunRecord } from '../../experiment/run-record/run-record.ts';
import { earlierRun, readHistory } from './history.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'healproof-history-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function put(id: string, record: RunRecord): Promise<void> {
  await mkdir(join(dir, id));
  await writeFile(join(dir, id, 'run.json'), JSON.stringify({ ...record, runId: id, files: [] }));
}

const { name, digest } = cannedScenario;
const trials = async (healer: 'on' | 'off' = 'on') =>
  (await readHistory(dir, [{ name, digest }], healer)).runs[name]?.map(({ runId, trial }) => [runId, trial]);

describe('readHistory', () => {
  it('gives the runs of the very same scenario, oldest first', async () => {
    const other = { ...cannedScenario, digest: 'b'.repeat(64) };
    await put('2', cannedFail);
    await put('1', cannedPass);
    await put('3', { ...cannedPass, evidence: { ...cannedPass.evidence, scenario: other } });
    await mkdir(join(dir, '4-was-killed'));
    expect(await trials()).toEqual([
      ['1', 'held'],
      ['2', 'broken'],
    ]);
  });

  it('keeps runs with and without a healer apart', async () => {
    await put('1', { ...cannedPass, evidence: { ...cannedPass.evidence, healer: 'off' } });
    expect([await trials('on'), await trials('off')]).toEqual([[], [['1', 'held']]]);
  });

  it('names a record that cannot be read', async () => {
    await mkdir(join(dir, '1'));
    await writeFile(join(dir, '1', 'run.json'), '{"evidence": {}}');
    expect((await readHistory(dir, [{ name, digest }], 'on')).problems).toEqual([
      expect.stringContaining('does not count'),
    ]);
  });

  it('is empty where there is no folder yet', async () => {
    expect(await readHistory(join(dir, 'none'), [{ name, digest }], 'on')).toEqual({
      runs: { [name]: [] },
      problems: [],
    });
  });
});

describe('earlierRun', () => {
  it('tells systems apart by every version and image', () => {
    const { environment } = cannedPass;
    if (environment === null) throw new Error('the canned run has an environment');
    const image = { name: 'shop:1', source: 'pull' as const, version: '1', digest: 'sha256:1' };
    const systemWith = (changes: object) =>
      earlierRun({ ...cannedPass, environment: { ...environment, images: [image], ...changes } }).system;
    const plain = systemWith({});
    expect(systemWith({})).toBe(plain);
    for (const changes of [{ healproofVersion: '9' }, { images: [{ ...image, digest: 'sha256:2' }] }, { images: [] }])
      expect(systemWith(changes)).not.toBe(plain);
    expect(earlierRun({ ...cannedPass, environment: null }).system).toBeNull();
  });
});
