import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cannedPass } from '../../../test/fixtures/canned-run.ts';
import { workflowWriter } from './workflow-writer.ts';

const run = { dir: '/runs/1', record: { ...cannedPass, files: [] }, head: 'abc', pictures: [] };

it('the page of a step gets the table of its runs, and outside a workflow nothing is written', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'healproof-workflow-'));
  try {
    const suite = { runs: [run], problems: ['worker died'], repetitions: [] };
    const summary = join(folder, 'summary.md');
    await workflowWriter({ GITHUB_STEP_SUMMARY: summary }).writeSuite?.(suite, folder);
    expect(await readFile(summary, 'utf8')).toMatch(/✅ pass[\s\S]*worker died[\s\S]*`abc`/);
    await expect(workflowWriter({}).writeSuite?.(suite, folder)).resolves.toBeUndefined();
  } finally {
    await rm(folder, { recursive: true });
  }
});
