import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateReport } from '../../src/adapters/allure/report.ts';
import { writeLostResult, writeMeasurement } from '../../src/adapters/allure/results.ts';
import { shownFolder } from '../../src/adapters/allure/shown-folder.ts';
import { RunFolder } from '../../src/adapters/evidence/run-folder.ts';
import type { RunRecord } from '../../src/experiment/run-record/run-record.ts';
import { finishedRun, runViews } from '../../src/suite/views.ts';
import { cannedFail, cannedInconclusive, cannedPass, cannedScenario, cannedSkip } from '../fixtures/canned-run.ts';

let outputDir: string;
beforeEach(async () => {
  outputDir = await mkdtemp(join(tmpdir(), 'healproof-allure-'));
});
afterEach(() => rm(outputDir, { recursive: true, force: true }));
const resultsDir = (): string => join(outputDir, 'allure-results');

async function write(record: RunRecord): Promise<void> {
  await mkdir(resultsDir(), { recursive: true });
  const { runId, seed, startedAtMs } = record;
  const folder = new RunFolder(join(outputDir, 'runs'), {
    runId,
    seed,
    healer: 'on',
    scenario: cannedScenario,
    atMs: startedAtMs,
  });
  const run = await folder.close(record, runViews);
  writeLostResult(resultsDir(), run.record, await shownFolder(finishedRun(run)));
  writeMeasurement(resultsDir(), run.record);
}

/** What was written, without what differs from one time to the next. */
async function written(ending: string): Promise<string> {
  const files = (await readdir(resultsDir())).filter((name) => name.endsWith(ending));
  const texts = await Promise.all(files.map((name) => readFile(join(resultsDir(), name), 'utf8')));
  const names = new Map<string, string>();
  const stable = (id: string): string => names.set(id, names.get(id) ?? `id-${names.size + 1}`).get(id) ?? id;
  return texts
    .map((text) => JSON.stringify(JSON.parse(text), null, 2))
    .join('\n')
    .replace(/base64,[A-Za-z0-9+/=]+/g, 'base64,…')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, stable);
}

describe('Allure results', () => {
  it.each([
    ['pass', cannedPass],
    ['fail', cannedFail],
    ['inconclusive', cannedInconclusive],
    ['skip', cannedSkip],
  ])('of a %s are as agreed', async (name, record) => {
    await write(record);
    await expect(`${await written('-result.json')}\n`).toMatchFileSnapshot(`golden/allure-${name}.json`);
  });

  it('keep the clean-up apart as a tear-down of the test', async () => {
    await write(cannedPass);
    const container = JSON.parse(await written('-container.json'));
    const result = JSON.parse(await written('-result.json'));
    expect(container).toMatchObject({ afters: [{ name: 'clean up', status: 'passed' }] });
    expect(container.children).toHaveLength(1);
    expect(result.steps.map((step: { name: string }) => step.name)).not.toContain('clean up');
  });

  it('carry the upper bound of the recovery as a measurement, and none where there is no recovery', async () => {
    await write(cannedPass);
    expect(JSON.parse(await written('-perf.json'))).toMatchObject([
      { key: `${cannedScenario.name}.recovery`, value: 21 },
    ]);
    await rm(outputDir, { recursive: true });
    await write(cannedInconclusive);
    expect(await written('-perf.json')).toBe('');
  });

  it('have the same history whatever file, seed or run, and another without the healer', async () => {
    const ids = async (record: RunRecord): Promise<unknown> => {
      await rm(outputDir, { recursive: true });
      await write(record);
      const { historyId, testCaseId } = JSON.parse(await written('-result.json'));
      return { historyId, testCaseId };
    };
    const first = await ids(cannedPass);
    const moved = { ...cannedPass.evidence, scenario: { ...cannedScenario, file: 'elsewhere.yaml', title: 'Renamed' } };
    expect(await ids({ ...cannedPass, seed: 99, runId: '20261121-000000-000000', evidence: moved })).toEqual(first);
    expect(await ids({ ...cannedPass, evidence: { ...cannedPass.evidence, healer: 'off' } })).not.toEqual(first);
  });
});

describe('the report', () => {
  it('shows every one of several runs, and takes none for a retry of another', async () => {
    for (const [index, record] of [cannedFail, cannedPass, cannedPass].entries()) {
      await write({ ...record, runId: `${record.runId}${index}`, repetition: { index: index + 1, planned: 3 } });
    }
    await generateReport(outputDir);
    const { stats } = JSON.parse(await readFile(join(outputDir, 'html', 'summary.json'), 'utf8'));
    expect(stats).toMatchObject({ total: 3, failed: 1, passed: 2 });
    expect(stats.retries ?? 0).toBe(0);
  });

  it('is one file that asks nobody for anything, and remembers earlier ones', async () => {
    await write(cannedPass);
    const html = await generateReport(outputDir);
    const text = await readFile(html, 'utf8');
    // Booleans, since a failure would print the whole page.
    expect(/<(?:script|link|img)[^>]+(?:src|href)="?https?:/.test(text)).toBe(false);
    expect(text.includes('googletagmanager')).toBe(false);
    expect(JSON.parse(await readFile(join(outputDir, 'html', 'summary.json'), 'utf8'))).toMatchObject({
      stats: { passed: 1 },
    });
    expect(await readdir(join(outputDir, 'html'))).not.toContain('data');

    await generateReport(outputDir);
    const history = (await readFile(join(outputDir, 'history.jsonl'), 'utf8')).trim().split('\n');
    expect(history).toHaveLength(2);
  });
});
