import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Wait } from '../src/adapters/process/wait.ts';
import { systemClock } from '../src/adapters/system-clock/system-clock.ts';
import { isBuiltFromSource } from '../src/compose/compose-images.ts';
import { loadConfig } from '../src/config/config.ts';
import { HarnessError } from '../src/errors.ts';
import { waitUntil } from '../src/runner/waiting/wait-until.ts';
import { type StageTime, timeTable } from './stage-times.ts';
import { lost, passedOne, plus, summary, type Tally, tallyRuns, tallyVitest } from './tally.ts';

/**
 * All tests: `npm test`. The lab is brought up in the background, at low priority, while everything that needs no cluster
 * runs, also the contract tests where the programs that they share with a lab are there already. Then the smoke scenarios
 * and the negative controls have lab and machine to themselves, one after the other: a lab has one Lease, and what they
 * measure is time. The last line says what happened.
 */
const ROOT = fileURLToPath(new URL('../', import.meta.url));
const RESULTS = join(ROOT, 'reports', 'test');
const MAIN = 'src/cli/main.mjs';

/** Ctrl-C reaches every process of the group; this one stays to wait for their clean-up. */
let stoppedBy: 'SIGINT' | 'SIGTERM' | null = null;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    stoppedBy ??= signal;
  });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function exitCodeOf(child: ChildProcess): Promise<number> {
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 128;
}

function node(...args: readonly string[]): Promise<number> {
  return exitCodeOf(spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] }));
}

/** Counts as one test. */
async function check(): Promise<Tally> {
  say('\n=== check');
  const child = spawn('npm', ['run', '--silent', 'check'], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  return (await exitCodeOf(child)) === 0 ? passedOne() : lost('check: formatting, types, imports or generated files');
}

/** One or several projects of Vitest, told of under the name of the first. */
async function vitest(project: string, ...more: readonly string[]): Promise<Tally> {
  say(`\n=== ${project} tests`);
  const file = join(RESULTS, `${project}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const projects = [project, ...more].flatMap((name) => ['--project', name]);
  const exitCode = await node('node_modules/vitest/vitest.mjs', 'run', ...projects, ...reporters);
  return tallyVitest(project, existsSync(file) ? readFileSync(file, 'utf8') : null, exitCode);
}

async function smoke(): Promise<Tally> {
  say('\n=== scenarios tagged smoke');
  const outputDir = join(RESULTS, 'smoke');
  const exitCode = await node(MAIN, 'run', '--tag', 'smoke', '--output', outputDir);
  const runs = join(outputDir, 'runs');
  const folders = existsSync(runs)
    ? readdirSync(runs, { withFileTypes: true }).filter((each) => each.isDirectory())
    : [];
  const files = folders.map(({ name }) => join(runs, name, 'run.json'));
  // A run without a record counts as one that cannot be read.
  const texts = files.map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : ''));
  return tallyRuns(texts, exitCode);
}

/** Builds yield to the tests that run meanwhile. */
const BACKGROUND = 5;

interface Lab {
  /** Shows what it has said and goes on to say, until it is up or failed. */
  finish(): Promise<Tally>;
}

/** Starts the long work first; what it says goes to a file until somebody waits for it. */
function bringUpLab(): Lab {
  const log = createWriteStream(join(RESULTS, 'lab.log'));
  const child = spawn(process.execPath, [MAIN, 'up', '--recreate'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid !== undefined) setPriority(child.pid, BACKGROUND);
  const said: string[] = [];
  let isWatched = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      log.write(text);
      said.push(text);
      if (isWatched) process.stdout.write(text);
    });
  }
  const ended = exitCodeOf(child);
  return {
    finish: async () => {
      say('\n=== lab');
      process.stdout.write(said.join(''));
      isWatched = true;
      const exitCode = await ended;
      log.end();
      return exitCode === 0 ? passedOne() : lost(`lab: healproof up ended with exit code ${exitCode}`);
    },
  };
}

/** Else they are built in the background, and what uses them waits for that. What stands in the way is told by the lab. */
async function hasPrograms(): Promise<boolean> {
  const wait: Wait = (what, look, how) => waitUntil(look, { clock: systemClock, what, ...how });
  try {
    const { cacheDir } = (await loadConfig({})).config;
    return await isBuiltFromSource({ cacheDir, repoRoot: ROOT, clock: systemClock, wait });
  } catch (error: unknown) {
    if (error instanceof HarnessError) return false;
    throw error;
  }
}

const times: StageTime[] = [];

async function timed(stage: string, work: () => Promise<Tally>): Promise<Tally> {
  const fromMs = performance.now();
  const tally = await work();
  times.push({ stage, fromMs, toMs: performance.now() });
  return tally;
}

rmSync(RESULTS, { recursive: true, force: true });
mkdirSync(RESULTS, { recursive: true });
say('The lab is brought up in the background (reports/test/lab.log) while everything runs that needs nothing of it.');
const isBuilt = await hasPrograms();
const lab = bringUpLab();
const tallies: Tally[] = [];
let isUp = false;
const contract = ['contract tests', () => vitest('contract', 'contract-timed')] as const;
const labUp = [
  'waiting for the lab',
  async () => {
    const tally = await lab.finish();
    isUp = tally.failed.length === 0;
    return tally;
  },
] as const;
for (const [name, stage] of [
  ['check', check] as const,
  ['unit tests', () => vitest('unit')] as const,
  ...(isBuilt ? [contract, labUp] : [labUp, contract]),
]) {
  if (stoppedBy === null) tallies.push(await timed(name, stage));
}
for (const [name, stage] of [
  ['smoke scenarios', smoke],
  ['negative controls', () => vitest('e2e')],
] as const) {
  if (stoppedBy === null) tallies.push(isUp ? await timed(name, stage) : lost(`${name}: could not run without a lab`));
}
const total = stoppedBy === null ? plus(...tallies) : plus(...tallies, lost(`stopped by ${stoppedBy}`));
say(`\n=== times\n${timeTable(times)}`);
say(`\n${summary(total)}`);
process.exitCode = stoppedBy === 'SIGINT' ? 130 : stoppedBy === 'SIGTERM' ? 143 : total.failed.length === 0 ? 0 : 1;
