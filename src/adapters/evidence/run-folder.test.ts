import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cannedPass, cannedScenario, ORIGIN_MS } from '../../../test/fixtures/canned-run.ts';
import type { RunEvent } from '../../ports/reporter.ts';
import { checkHashes, readRun } from './read-run.ts';
import { recoverRun } from './recover-run.ts';
import { RunFolder, type RunStart } from './run-folder.ts';

const start: RunStart = {
  runId: cannedPass.runId,
  seed: 7,
  healer: 'on',
  scenario: cannedScenario,
  atMs: ORIGIN_MS,
};
const noViews = () => new Map<string, string>();
const events: readonly RunEvent[] = [
  { type: 'run-started', atMs: ORIGIN_MS, runId: start.runId, scenario: 'x', title: 'x', seed: 7 },
  { type: 'step-started', atMs: ORIGIN_MS, step: 'gate' },
  { type: 'step-ended', atMs: ORIGIN_MS + 5_000, step: 'gate', outcome: 'ok' },
  { type: 'step-started', atMs: ORIGIN_MS + 5_000, step: 'inject' },
  { type: 'fact', atMs: ORIGIN_MS + 5_500, what: 'undo', data: { auth: 'Bearer s3cret-token-value' } },
];

let runs: string;
beforeEach(async () => {
  runs = await mkdtemp(join(tmpdir(), 'healproof-evidence-'));
});
afterEach(() => rm(runs, { recursive: true }));

describe('a run folder', () => {
  it('holds every event the moment it happened', async () => {
    const folder = new RunFolder(runs, start);
    for (const event of events) folder.journal.onEvent(event);
    const journal = await readFile(join(folder.dir, 'journal.jsonl'), 'utf8');
    expect(journal.trim().split('\n')).toHaveLength(events.length + 1);
    folder.journal.close();
  });

  it('is sealed whole, with a pointer to it, and reads back as it was', async () => {
    const folder = new RunFolder(runs, start);
    const { record, head } = await folder.close(cannedPass, () => new Map([['pictures/timeline.svg', '<svg/>']]));
    expect((await readdir(folder.dir)).toSorted()).toEqual([
      'decisions.md',
      'events.jsonl',
      'frame.json',
      'head.sha256',
      'journal.jsonl',
      'logs',
      'manifests',
      'pictures',
      'run.json',
      'samples.jsonl',
    ]);
    expect(record.files.map((file) => file.path)).toContain('pictures/timeline.svg');
    const read = await readRun(folder.dir);
    expect(read).toEqual({ dir: folder.dir, record, head });
    expect((await readFile(join(runs, 'latest'), 'utf8')).trim()).toBe(cannedPass.runId);
    expect(await readFile(join(folder.dir, 'head.sha256'), 'utf8')).toBe(`${head}\n`);
  });

  it('keeps every sample of every probe', async () => {
    const folder = new RunFolder(runs, start);
    await folder.close(cannedPass, noViews);
    const lines = (await readFile(join(folder.dir, 'samples.jsonl'), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(cannedPass.evidence.probes.reduce((sum, { samples }) => sum + samples.length, 0));
  });

  it('lets no secret reach the disk', async () => {
    const folder = new RunFolder(runs, start);
    for (const event of events) folder.journal.onEvent(event);
    await folder.close({ ...cannedPass, healerLog: ['POST https://hooks.slack.com/services/T0/B0/Zz9'] }, noViews);
    for (const file of ['journal.jsonl', 'run.json', 'logs/healer.log']) {
      const text = await readFile(join(folder.dir, file), 'utf8');
      expect(text).not.toMatch(/s3cret|T0\/B0\/Zz9/);
    }
  });

  it.each([
    ['samples.jsonl', 'samples.jsonl was changed'],
    ['journal.jsonl', 'journal.jsonl was changed'],
  ])('notices that %s was touched', async (file, problem) => {
    const folder = new RunFolder(runs, start);
    const run = await folder.close(cannedPass, noViews);
    expect(await checkHashes(run)).toEqual([]);
    await appendFile(join(folder.dir, file), '{}\n');
    expect(await checkHashes(run)).toContain(problem);
  });

  it('has another head when run.json was touched', async () => {
    const folder = new RunFolder(runs, start);
    const { head } = await folder.close(cannedPass, noViews);
    const text = await readFile(join(folder.dir, 'run.json'), 'utf8');
    await writeFile(join(folder.dir, 'run.json'), text.replace('"pass"', '"fail"'));
    expect((await readRun(folder.dir))?.head).not.toBe(head);
  });

  it('refuses a folder that is there already', () => {
    new RunFolder(runs, start).journal.close();
    expect(() => new RunFolder(runs, start)).toThrow(/EEXIST/);
  });
});

describe('a run that was killed', () => {
  it('is told from its journal, also when the last line was cut off', async () => {
    const folder = new RunFolder(runs, start);
    for (const event of events) folder.journal.onEvent(event);
    folder.journal.close();
    await appendFile(join(folder.dir, 'journal.jsonl'), '{"type":"step-en');
    expect(await readRun(folder.dir)).toBeNull();

    const recovered = await recoverRun(folder.dir, noViews);
    expect(recovered?.record).toMatchObject({
      runId: start.runId,
      exitCode: 3,
      endedAtMs: ORIGIN_MS + 5_500,
      evidence: { status: 'interrupted', scenario: { name: cannedScenario.name }, failure: { step: 'inject' } },
      judgement: { verdict: 'inconclusive', reasons: [{ code: 'INTERRUPTED' }], recovery: null },
    });
    expect(recovered?.record.steps.map(({ step, outcome }) => [step, outcome])).toEqual([
      ['gate', 'ok'],
      ['inject', 'failed'],
    ]);
    expect(await checkHashes(recovered ?? never())).toEqual([]);
  });

  it('is left as it is when it did write its record', async () => {
    const folder = new RunFolder(runs, start);
    const { head } = await folder.close(cannedPass, noViews);
    expect((await recoverRun(folder.dir, noViews))?.head).toBe(head);
  });

  it('gives nothing when not even its first line is there', async () => {
    expect(await recoverRun(runs, noViews)).toBeNull();
  });
});

function never(): never {
  throw new Error('nothing was recovered');
}
