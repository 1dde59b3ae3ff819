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
import { StageClock, timeTable } from './stage-times.ts';
import { lost, passedOne, plus, summary, type Tally, tallyRuns, tallyVitest } from './tally.ts';

/**
 * All tests: `npm test`. The lab is brought up in the background, at low priority, while everything that needs no cluster
 * runs: checks, unit tests and, where the programs that the lab is made of are there already, the contract tests that use
 * them. Then the smoke scenarios and the negative controls have the lab and the machine to themselves, one after the other:
 * a lab has one Lease, and what they measure is time. The end says where the minutes went, the last line what happened.
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
  /** Its exit code. */
  readonly ended: Promise<number>;
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
    ended,
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

rmSync(RESULTS, { recursive: true, force: true });
mkdirSync(RESULTS, { recursive: true });
const clock = new StageClock();
const tallies: Tally[] = [];
async function stage(name: string, work: () => Promise<Tally>): Promise<void> {
  if (stoppedBy === null) tallies.push(await clock.time(name, work));
}

const isBuilt = await hasPrograms();
say('The lab is brought up in the background (reports/test/lab.log) while everything runs that needs nothing of it.');
const lab = bringUpLab();
const isUp = clock.time('lab', () => lab.ended).then((exitCode) => exitCode === 0);
const contract = (): Promise<void> => stage('contract', () => vitest('contract', 'contract-timed'));
await stage('check', check);
await stage('unit', () => vitest('unit'));
if (isBuilt) await contract();
if (stoppedBy === null) tallies.push(await lab.finish());
if (!isBuilt) await contract();
for (const [name, work] of [
  ['scenario', smoke],
  ['e2e', () => vitest('e2e')],
] as const) {
  await stage(name, async () => ((await isUp) ? work() : lost(`${name}: could not run without a lab`)));
}
const total = stoppedBy === null ? plus(...tallies) : plus(...tallies, lost(`stopped by ${stoppedBy}`));
say(`\n${timeTable(clock.times)}\n\n${summary(total)}`);
process.exitCode = stoppedBy === 'SIGINT' ? 130 : stoppedBy === 'SIGTERM' ? 143 : total.failed.length === 0 ? 0 : 1;
