import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * All tests: `npm test`. The lab is brought up in the background, at low priority, while everything that needs no cluster
 * runs; then the smoke scenarios and the negative controls run on it. The last line says what happened.
 */
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const RESULTS = join(ROOT, 'reports', 'test');
const MAIN = 'src/cli/main.ts';

interface Count {
  passed: number;
  failed: number;
  readonly skipped: string[];
}

const total: Count = { passed: 0, failed: 0, skipped: [] };

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function start(program: string, args: readonly string[], stdio: 'inherit' | number): Promise<number> {
  const output = typeof stdio === 'number' ? stdio : 'inherit';
  const child = spawn(program, [...args], { cwd: ROOT, stdio: ['ignore', output, output] });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal === null ? (code ?? 1) : 128));
  });
}

const node = (...args: readonly string[]): Promise<number> => start(process.execPath, args, 'inherit');

/** Counts as one test: it passed or it did not. */
async function check(title: string, work: () => Promise<number>): Promise<boolean> {
  say(`\n=== ${title}`);
  const isFine = (await work()) === 0;
  if (isFine) total.passed += 1;
  else total.failed += 1;
  return isFine;
}

interface VitestResults {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly meta?: { readonly note?: string };
    }[];
  }[];
}

/** Runs a Vitest project and counts its tests from the file it must leave; no file, or none readable, is a failure. */
async function vitest(project: string): Promise<void> {
  say(`\n=== ${project} tests`);
  const file = join(RESULTS, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const exitCode = await node('node_modules/vitest/vitest.mjs', 'run', '--project', project, ...reporters);
  const before = total.failed;
  try {
    const results = JSON.parse(readFileSync(file, 'utf8')) as VitestResults;
    const tests = results.testResults.flatMap((each) => each.assertionResults);
    total.passed += tests.filter((test) => test.status === 'passed').length;
    total.failed += tests.filter((test) => test.status === 'failed').length;
    const skipped = tests.filter((test) => !['passed', 'failed'].includes(test.status));
    total.skipped.push(
      ...skipped.map((test) => `${test.fullName}${test.meta?.note === undefined ? '' : `: ${test.meta.note}`}`),
    );
    if (tests.length === 0) throw new Error(`no ${project} test ran`);
  } catch (error: unknown) {
    total.failed += 1;
    say(
      `the results of the ${project} tests cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (exitCode !== 0 && total.failed === before) total.failed += 1;
}

interface RunJson {
  readonly skippedBecause: string | null;
  readonly exitCode: number;
  readonly evidence: { readonly scenario: { readonly name: string } };
}

/** Runs the smoke scenarios; each counts by the exit code of its record. */
async function smoke(): Promise<void> {
  say('\n=== scenarios tagged smoke');
  const outputDir = join(RESULTS, 'smoke');
  const exitCode = await node(MAIN, 'run', '--tag', 'smoke', '--output', outputDir);
  const before = total.failed;
  for (const run of recordsIn(join(outputDir, 'runs'))) {
    const { name } = run.evidence.scenario;
    if (run.skippedBecause !== null) total.skipped.push(`${name}: ${run.skippedBecause}`);
    else if (run.exitCode === 0) total.passed += 1;
    else total.failed += 1;
  }
  // A scenario without a record, or a report that could not be written, shows in the exit code alone.
  if (exitCode !== 0 && total.failed === before) total.failed += 1;
}

function recordsIn(folder: string): RunJson[] {
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return names.map(({ name }) => JSON.parse(readFileSync(join(folder, name, 'run.json'), 'utf8')) as RunJson);
}

rmSync(RESULTS, { recursive: true, force: true });
mkdirSync(RESULTS, { recursive: true });
const labLog = join(RESULTS, 'lab.log');
const log = openSync(labLog, 'w');
say(`Bringing up the lab in the background; its log is ${labLog}`);
const lab = start('nice', ['-n', '5', process.execPath, MAIN, 'up', '--recreate'], log);

await check('check', () => start('npm', ['run', '--silent', 'check'], 'inherit'));
await vitest('unit');
await vitest('contract');

const isUp = await check('lab', async () => {
  const exitCode = await lab;
  closeSync(log);
  say(readFileSync(labLog, 'utf8').split('\n').slice(-40).join('\n'));
  return exitCode;
});
if (isUp) {
  await smoke();
  await vitest('e2e');
} else {
  say('There is no lab: the smoke scenarios and the negative controls could not run.');
  total.failed += 1;
}

for (const reason of total.skipped) say(`skipped: ${reason}`);
say(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped.length} skipped`);
process.exit(total.failed === 0 ? 0 : 1);
