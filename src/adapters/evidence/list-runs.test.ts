import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cannedPass } from '../../../test/fixtures/canned-run.ts';
import { listRuns } from './list-runs.ts';

it('lists runs oldest first, and says which folders hold none', async () => {
  const runs = await mkdtemp(join(tmpdir(), 'healproof-list-'));
  for (const [runId, startedAtMs] of [
    ['late', 2],
    ['early', 1],
  ] as const) {
    await mkdir(join(runs, runId));
    await writeFile(join(runs, runId, 'run.json'), JSON.stringify({ ...cannedPass, runId, startedAtMs, files: [] }));
  }
  await mkdir(join(runs, 'killed'));
  await mkdir(join(runs, 'damaged'));
  await writeFile(join(runs, 'damaged', 'run.json'), '{');
  const listed = await listRuns(runs);
  expect(listed.runs.map(({ runId }) => runId)).toEqual(['early', 'late']);
  expect(listed.unreadable.map(({ dir }) => dir).toSorted()).toEqual([join(runs, 'damaged'), join(runs, 'killed')]);
  await rm(runs, { recursive: true });
  expect(await listRuns(runs)).toEqual({ runs: [], unreadable: [] });
});
