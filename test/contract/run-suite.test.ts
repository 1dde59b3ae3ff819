import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, watch } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkHashes, readRun } from '../../src/adapters/evidence/read-run.ts';
import type { SuiteOptions } from '../../src/suite/run-suite.ts';
import { cannedScenario } from '../fixtures/canned-run.ts';
import { PLANTED_PARTS } from '../fixtures/fake-runtime.ts';

const MAIN = fileURLToPath(new URL('../fixtures/run-suite-main.ts', import.meta.url));
const RUNTIME = fileURLToPath(new URL('../fixtures/fake-runtime.ts', import.meta.url));

let root: string;
let children: ChildProcess[];
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'healproof-contract (x) [')));
  await mkdir(join(root, 'tmp'));
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(root, { recursive: true, force: true, maxRetries: 5 });
});

const diary = (): string => join(root, 'diary');
const output = (): string => join(root, 'reports');

/** A project whose scenarios end as their names say. */
async function suiteOf(...names: readonly string[]): Promise<SuiteOptions> {
  const scenarios = names.map((name) => ({ ...cannedScenario, name, title: `It ${name}`, file: `${name}.yaml` }));
  for (const { file } of scenarios)
    await writeFile(join(root, file), 'apiVersion: healproof.dev/v1alpha1\nkind: Scenario\n');
  await writeFile(diary(), '');
  return {
    root,
    scenarios,
    outputDir: output(),
    runtimeModule: RUNTIME,
    runtimeConfig: { diary: diary() },
    healer: 'on',
    seed: null,
    keep: false,
    repeat: null,
  };
}

function start(options: SuiteOptions): ChildProcess & { readonly said: () => string } {
  const child = spawn(process.execPath, [MAIN, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...outsideWorkflow(), TMPDIR: join(root, 'tmp'), PLANTED_TOKEN: 'a plain word of this machine' },
  });
  children.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  return Object.assign(child, { said: () => said });
}

/** The summary of a workflow that these tests are part of is not theirs to write. */
function outsideWorkflow(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GITHUB_')));
}

async function runToEnd(options: SuiteOptions): Promise<{ code: number | null; said: string }> {
  const child = start(options);
  const [code] = await once(child, 'close');
  return { code: code as number | null, said: child.said() };
}

/** Resolves once the fake cluster has written what is looked for. */
async function diarySays(what: string): Promise<void> {
  const look = new AbortController();
  const watcher = watch(diary(), { signal: look.signal });
  const seen = Promise.withResolvers<void>();
  const check = (): void => {
    if (readFileSync(diary(), 'utf8').includes(what)) seen.resolve();
  };
  watcher.on('change', check);
  check();
  await seen.promise;
  look.abort();
}

interface Result {
  readonly descriptionHtml?: string;
  readonly parameters?: readonly unknown[];
  readonly name: string;
  readonly status: string;
  readonly start: number;
  readonly stop: number;
  readonly fullName?: string;
  readonly titlePath?: readonly string[];
  readonly labels: readonly { readonly name: string; readonly value: string }[];
  readonly statusDetails?: { readonly message?: string; readonly trace?: string };
  readonly steps: readonly {
    readonly name: string;
    readonly start: number;
    readonly stop: number;
    readonly status: string;
  }[];
  readonly attachments: readonly { readonly name: string; readonly source: string }[];
}

async function allureResults(): Promise<Record<string, Result>> {
  const folder = join(output(), 'allure-results');
  const files = (await readdir(folder)).filter((file) => file.endsWith('-result.json'));
  const results = await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(join(folder, file), 'utf8')) as Result),
  );
  expect(new Set(results.map(({ name }) => name)).size).toBe(results.length);
  return Object.fromEntries(results.map((result) => [result.name.replace('It ', ''), result]));
}

async function storedRuns() {
  const runs = join(output(), 'runs');
  const dirs = (await readdir(runs, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const stored = await Promise.all(dirs.map(({ name }) => readRun(join(runs, name))));
  return stored.filter((run) => run !== null);
}

describe('a suite', () => {
  it('gives every scenario a record, a test and an Allure result of the same outcome', async () => {
    const { code, said } = await runToEnd(
      await suiteOf('passes', 'fails', 'finds-nothing-out', 'is-skipped', 'throws'),
    );
    expect(said).not.toContain('problem:');
    expect(code).toBe(1);

    const results = await allureResults();
    expect(Object.fromEntries(Object.entries(results).map(([name, { status }]) => [name, status]))).toEqual({
      passes: 'passed',
      fails: 'failed',
      'finds-nothing-out': 'broken',
      'is-skipped': 'skipped',
      throws: 'broken',
    });
    expect(results.passes?.steps.find(({ name }) => name === 'observe')).toMatchObject({ status: 'passed' });
    const observe = results.passes?.steps.find(({ name }) => name === 'observe');
    expect((observe?.stop ?? 0) - (observe?.start ?? 0)).toBe(39_800);
    expect((results.passes?.stop ?? 0) - (results.passes?.start ?? 0)).toBe(70_000);
    // The words of this reason hold "assert", by which Allure alone would call it failed.
    expect(results['finds-nothing-out']?.statusDetails?.message).toContain('assert');

    const runs = await storedRuns();
    expect(runs).toHaveLength(5);
    for (const run of runs) expect(await checkHashes(run)).toEqual([]);
    for (const run of runs) expect(said).toContain(run.head);
    const junit = await readFile(join(output(), 'junit.xml'), 'utf8');
    expect(junit).toMatch(/tests="5" failures="1" errors="2" skipped="1"/);
  });

  it('places every Allure result by file, machine and its own framework, and says why one did not pass', async () => {
    await runToEnd(await suiteOf('passes', 'fails'));
    const { passes, fails } = await allureResults();
    expect(passes).toMatchObject({ fullName: 'passes.yaml#It passes', titlePath: ['passes.yaml'], statusDetails: {} });
    const labels = Object.fromEntries((passes?.labels ?? []).map(({ name, value }) => [name, value]));
    expect(labels).toMatchObject({ framework: 'healproof', language: 'javascript', host: hostname() });
    expect(labels).toMatchObject({ package: 'passes.yaml', thread: expect.stringMatching(/^pid-\d+-/) });
    expect(labels).toMatchObject({ epic: 'shop', story: 'passes', severity: 'critical', owner: 'platform' });
    expect(Object.keys(labels).filter((name) => name.startsWith('healproof.'))).toEqual([]);
    expect(fails?.statusDetails?.message).toMatch(/^The claim is refuted: .*\nRECOVERY_EXCEEDED: /);
    expect(fails?.statusDetails?.trace).toBe(`AssertionError: ${fails?.statusDetails?.message}`);
  });

  it.each([
    [['passes', 'is-skipped'], 0],
    [['is-skipped'], 3],
    [['fails', 'leaks'], 4],
  ] as const)('of %j exits with %d', async (names, expected) => {
    expect((await runToEnd(await suiteOf(...names))).code).toBe(expected);
  });

  it('runs scenarios in the order in which they were asked for and leaves nothing behind', async () => {
    const { said } = await runToEnd(await suiteOf('passes', 'fails', 'is-skipped'));
    expect(said.match(/^It \S+/gm)).toEqual(['It passes', 'It fails', 'It is-skipped']);
    expect(await readdir(join(root, 'tmp'))).toEqual([]);
    expect(existsSync(join(root, 'node_modules'))).toBe(false);
  });

  it('is never green when its runtime cannot be loaded', async () => {
    const options = { ...(await suiteOf('passes')), runtimeModule: join(root, 'missing.ts') };
    const { code, said } = await runToEnd(options);
    expect(code).toBe(3);
    expect(said).toContain('HARNESS_BROKEN');
  });

  it('is never green when the evidence cannot be written', async () => {
    const options = await suiteOf('passes');
    const { code, said } = await runToEnd({
      ...options,
      runtimeConfig: { ...(options.runtimeConfig as object), breakDisk: true },
    });
    expect(code).toBe(3);
    expect(said).toContain('problem:');
    expect((await allureResults()).passes).toMatchObject({ status: 'broken' });
  });

  it('is never green, and ends no run, when something throws that nobody waits for', async () => {
    const { code, said } = await runToEnd(await suiteOf('strays', 'passes'));
    expect(said).toContain('problem: an error that nobody waited for: a callback threw');
    expect(code).toBe(3);
    expect((await storedRuns()).map(({ record }) => record.evidence.status)).toEqual(['completed', 'completed']);
  });
});

describe('secrets that a run comes across', () => {
  it('reach no file: no evidence, no Allure result, no log, no JUnit', async () => {
    const { said } = await runToEnd(await suiteOf('tells-secrets', 'prints-secrets'));
    const entries = await readdir(output(), { withFileTypes: true, recursive: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    expect(files.map((file) => basename(file))).toEqual(
      expect.arrayContaining([
        'run.json',
        'journal.jsonl',
        'frame.json',
        'healer.log',
        'fault-authored.yaml',
        'suite.log',
      ]),
    );
    for (const file of files) {
      const text = await readFile(file, 'utf8');
      for (const part of PLANTED_PARTS) expect(text, file).not.toContain(part);
    }
    for (const part of PLANTED_PARTS) expect(said).not.toContain(part);
    expect(await readFile(join(output(), 'suite.log'), 'utf8')).toContain('[redacted]');
  });
});

interface StoredRepetitions {
  readonly schemaVersion: number;
  readonly repetitions: readonly {
    readonly verdict: string;
    readonly runs: readonly string[];
    readonly earlier: readonly string[];
    readonly reasons: readonly { readonly code: string }[];
    readonly remarks: readonly string[];
  }[];
}

async function storedRepetitions(): Promise<StoredRepetitions['repetitions']> {
  const stored = JSON.parse(await readFile(join(output(), 'repetitions.json'), 'utf8')) as StoredRepetitions;
  expect(stored.schemaVersion).toBe(1);
  return stored.repetitions;
}

describe('a suite that runs scenarios several times', () => {
  it('gives every run a record and a test of its own, and all of them one verdict', async () => {
    const { code, said } = await runToEnd({ ...(await suiteOf('passes')), repeat: 3 });
    expect(code).toBe(0);
    expect(Object.keys(await allureResults())).toEqual(
      expect.arrayContaining(['passes (run 1 of 3)', 'passes (run 2 of 3)', 'passes (run 3 of 3)']),
    );
    expect((await storedRuns()).map(({ record }) => record.repetition)).toEqual(
      expect.arrayContaining([1, 2, 3].map((index) => ({ index, planned: 3 }))),
    );
    expect(await storedRepetitions()).toMatchObject([{ verdict: 'pass', runs: { length: 3 } }]);
    expect(said).toContain('3 held, 0 did not');
    const together = (await allureResults())['passes: each of 3 runs'];
    expect(together).toMatchObject({ status: 'passed', descriptionHtml: expect.stringContaining('n = 3: 3 held') });
    for (const { record } of await storedRuns()) expect(together?.descriptionHtml).toContain(record.runId);
  });

  it('stops at the first that failed', async () => {
    expect((await runToEnd({ ...(await suiteOf('fails')), repeat: 4 })).code).toBe(1);
    expect(await storedRuns()).toHaveLength(1);
    const results = await allureResults();
    expect(Object.keys(results).sort()).toEqual(['fails (run 1 of 4)', 'fails: each of 4 runs']);
    expect(results['fails: each of 4 runs']).toMatchObject({ status: 'failed' });
    expect(await storedRepetitions()).toMatchObject([{ verdict: 'fail', reasons: [{ code: 'RUN_FAILED' }] }]);
  });

  it('is inconclusive with fewer runs than the scenario wants, however they ended', async () => {
    const options = await suiteOf('passes');
    const scenarios = options.scenarios.map((each) => ({ ...each, repeat: { kind: 'every-run', runs: 3 } as const }));
    expect((await runToEnd({ ...options, scenarios, repeat: 2 })).code).toBe(3);
    expect(await storedRepetitions()).toMatchObject([{ reasons: [{ code: 'TOO_FEW_RUNS' }] }]);
  });
});

describe('a suite that compares', () => {
  it('makes a run without the healer after the one with it, on the same targets, and passes where that one fails', async () => {
    const { code, said } = await runToEnd({ ...(await suiteOf('needs-the-healer')), healer: 'compare' });
    expect(said).not.toContain('problem:');
    expect(code).toBe(0);
    expect(said).toContain('The control holds');
    expect(said.match(/^It \S+( \(healer off\))?/gm)).toEqual([
      'It needs-the-healer',
      'It needs-the-healer (healer off)',
    ]);
    const records = (await storedRuns()).map(({ record }) => record);
    expect(new Set(records.map(({ evidence, control }) => `${evidence.healer} ${control}`))).toEqual(
      new Set(['on undefined', 'off fail']),
    );
    expect(new Set(records.map(({ seed }) => seed)).size).toBe(1);
    const results = await allureResults();
    expect(Object.values(results).map(({ status }) => status)).toEqual(['passed', 'passed']);
    expect(Object.keys(results)).toContain('needs-the-healer (healer off)');
    expect(await readFile(join(output(), 'junit.xml'), 'utf8')).toMatch(/tests="2" failures="0" errors="0"/);
  });

  it('fails where the system copes without the healer, as the claim is not about the healer then', async () => {
    const { code, said } = await runToEnd({ ...(await suiteOf('copes-alone')), healer: 'compare' });
    expect([code, said]).toEqual([1, expect.stringContaining('The control does not hold')]);
    expect(await readFile(join(output(), 'junit.xml'), 'utf8')).toMatch(/tests="2" failures="1" errors="0"/);
  });

  it('takes what held without a healer for no failure where no healer was asked for', async () => {
    const options = await suiteOf('copes-alone');
    const scenarios = options.scenarios.map((each) => ({
      ...each,
      recovery: { ...each.recovery, by: 'none' as const, expectActions: [], phases: {} },
    }));
    expect((await runToEnd({ ...options, scenarios, healer: 'compare' })).code).toBe(0);
    expect(await storedRuns()).toHaveLength(2);
  });

  it('is not green where a control was not made after all', async () => {
    const { code, said } = await runToEnd({ ...(await suiteOf('loses-its-control')), healer: 'compare' });
    expect([code, said]).toEqual([3, expect.stringContaining('the control of loses-its-control was skipped: needs 5')]);
    expect((await runToEnd({ ...(await suiteOf('passes', 'is-skipped')), healer: 'compare' })).said).not.toContain(
      'the control of is-skipped',
    );
  });

  it('does not count the control among runs that make one claim', async () => {
    const { code } = await runToEnd({ ...(await suiteOf('needs-the-healer')), healer: 'compare', repeat: 2 });
    expect(code).toBe(0);
    expect(await storedRuns()).toHaveLength(3);
    expect(await storedRepetitions()).toMatchObject([{ verdict: 'pass', runs: { length: 2 } }]);
  });
});

describe('a suite with a claim over many runs', () => {
  const CLAIM = { kind: 'percentile', percentile: 50, confidence: 75 } as const;
  const claiming = async (digest: string, ...names: readonly string[]): Promise<SuiteOptions> => {
    const options = await suiteOf(...names);
    return { ...options, scenarios: options.scenarios.map((each) => ({ ...each, digest, repeat: CLAIM })) };
  };

  it('counts the runs before it, of the same scenario alone', async () => {
    expect((await runToEnd(await claiming('a', 'passes'))).code).toBe(3);
    expect((await runToEnd(await claiming('b', 'passes'))).code).toBe(3);
    expect((await runToEnd({ ...(await claiming('b', 'passes')), healer: 'off' })).code).toBe(3);
    expect((await runToEnd(await claiming('b', 'passes'))).code).toBe(0);
    expect(await storedRepetitions()).toMatchObject([{ verdict: 'pass', runs: { length: 1 }, earlier: { length: 1 } }]);
  });

  it('stops as soon as it is decided, and bears single failures', async () => {
    const { code } = await runToEnd({ ...(await claiming('a', 'passes')), repeat: 9 });
    expect([code, (await storedRuns()).length]).toEqual([0, 2]);
    expect((await runToEnd(await claiming('c', 'fails'))).code).toBe(3);
    expect(await readFile(join(output(), 'junit.xml'), 'utf8')).toMatch(/tests="1" failures="0" errors="1"/);
    expect((await allureResults())['fails: 50 % of runs, with 75 % confidence']).toMatchObject({
      status: 'broken',
      statusDetails: { message: expect.stringMatching(/^inconclusive, n = 1: 0 held, 1 did not.*\nTOO_FEW_RUNS: /) },
      parameters: expect.arrayContaining([
        expect.objectContaining({ name: 'percentile', value: '50' }),
        expect.objectContaining({ name: 'confidence', value: '75 %' }),
        expect.objectContaining({ name: 'n', value: '1' }),
      ]),
    });
    expect((await runToEnd({ ...(await claiming('c', 'fails')), repeat: 9 })).code).toBe(1);
  });

  it('never hides what a run left behind', async () => {
    expect((await runToEnd({ ...(await claiming('a', 'leaks')), repeat: 9 })).code).toBe(4);
  });

  it('does not count runs of another system, nor records that cannot be read', async () => {
    await runToEnd(await claiming('a', 'passes'));
    const [run] = await storedRuns();
    const file = join(run?.dir ?? '', 'run.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(/"prometheusVersion": "/, '"prometheusVersion": "9'));
    expect((await runToEnd(await claiming('a', 'passes'))).code).toBe(3);
    expect((await storedRepetitions())[0]?.remarks.join()).toContain('other versions or images');
    await rm(output(), { recursive: true });
    await runToEnd(await claiming('a', 'passes'));
    const [again] = await storedRuns();
    await writeFile(join(again?.dir ?? '', 'run.json'), '{');
    const { code, said } = await runToEnd(await claiming('a', 'passes'));
    expect([code, said]).toEqual([3, expect.stringContaining('does not count')]);
  });
});

describe('a suite that is stopped', () => {
  it('by Ctrl-C cleans up, records the run as interrupted and begins no other', async () => {
    const child = start(await suiteOf('hangs', 'passes'));
    await diarySays('running');
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    expect(code).toBe(130);
    expect(child.said()).toContain('Stopping');
    expect(await readFile(diary(), 'utf8')).toContain('cleaned up: stopped by SIGINT');
    const results = await allureResults();
    expect(results.hangs).toMatchObject({
      status: 'broken',
      statusDetails: { message: expect.stringContaining('INTERRUPTED') },
    });
    expect(results.hangs?.attachments.map(({ name }) => name)).toContain('run.json');
    expect(results.passes?.status).not.toBe('passed');
    expect(results.passes?.status).toBe('skipped');
    expect((await storedRuns()).map(({ record }) => record.evidence.status)).toEqual(['interrupted']);
  });

  it('by SIGTERM exits with 143', async () => {
    const child = start(await suiteOf('hangs'));
    await diarySays('running');
    child.kill('SIGTERM');
    expect((await once(child, 'close'))[0]).toBe(143);
  });

  it('by a second Ctrl-C kills only its own process, and still tells the run from its journal', async () => {
    const child = start(await suiteOf('hangs-on'));
    await diarySays('running');
    child.kill('SIGINT');
    await diarySays('told to stop');
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    expect(code).toBe(130);
    expect(child.said()).toContain('janitor');
    const [run] = await storedRuns();
    expect(run?.record.judgement).toMatchObject({ verdict: 'inconclusive', reasons: [{ code: 'INTERRUPTED' }] });
    expect(run?.record.steps.map(({ step }) => step)).toContain('observe');
    expect((await allureResults())['hangs-on']).toMatchObject({ status: 'broken' });
  });

  it('by kill -9 of the process that started it cleans up all the same', async () => {
    const child = start(await suiteOf('hangs'));
    await diarySays('running');
    child.kill('SIGKILL');
    await once(child, 'close');
    await diarySays('cleaned up');
    await diarySays('closed');
    await untilEmpty(join(root, 'tmp'));
    const [run] = await storedRuns();
    expect(run?.record.judgement?.reasons[0]?.message).toMatch(/is gone|cannot be reached/);
    expect((await allureResults()).hangs).toMatchObject({ status: 'broken' });
  });

  it('by kill -9 of its worker is told from the journal', async () => {
    const child = start(await suiteOf('hangs'));
    await diarySays('running');
    const worker = /running (\d+)/.exec(await readFile(diary(), 'utf8'))?.[1];
    process.kill(Number(worker), 'SIGKILL');
    const [code] = await once(child, 'close');
    expect(code).toBe(3);
    expect((await storedRuns())[0]?.record.evidence.status).toBe('interrupted');
    expect((await allureResults()).hangs).toMatchObject({ status: 'broken' });
  });
});

/** The last thing that a suite does is to remove its own folder. */
async function untilEmpty(folder: string): Promise<void> {
  const look = new AbortController();
  const empty = Promise.withResolvers<void>();
  const check = async (): Promise<void> => {
    if ((await readdir(folder)).length === 0) empty.resolve();
  };
  watch(folder, { signal: look.signal }).on('change', check);
  await check();
  await empty.promise;
  look.abort();
}
