import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import type { ClusterAccess } from '../../src/compose/cluster-access.ts';
import { composeRunner } from '../../src/compose/compose.ts';
import type { RunRecord } from '../../src/experiment/run-record/run-record.ts';
import type { RunnerPorts } from '../../src/ports/runner-ports.ts';
import { isTransientError, waitUntil } from '../../src/runner/waiting/wait-until.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The lab that `healproof up` brought up. */
    access: ClusterAccess;
  }
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MAIN = join(ROOT, 'src/cli/main.mjs');
/** Kept with the other results of the tests; not in version control. */
const OUTPUT = join(ROOT, 'reports/test/e2e');

export const fixture = (name: string): string => join(ROOT, 'test/fixtures/scenarios', `${name}.yaml`);
export const scenario = (name: string): string => join(ROOT, 'scenarios', `${name}.yaml`);

/** The real cluster, reached as the runner reaches it. */
export function openLab(): RunnerPorts {
  return composeRunner(inject('access'));
}

export interface Finished {
  readonly exitCode: number | null;
  readonly output: string;
  /** Records of the runs, oldest first; a run that was killed leaves none. */
  readonly records: readonly RunRecord[];
}

export interface RunningHealproof {
  readonly pid: number;
  readonly outputDir: string;
  /** Resolves when the text shows up in what healproof prints. */
  shows(text: RegExp, timeoutMs: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  readonly finished: Promise<Finished>;
}

/** A project of its own, whose workload is a Helm release. */
export const CHART_PROJECT = join(ROOT, 'test/fixtures/chart-project');

/** Starts `healproof run` as a user would, in a process group of its own. */
export function startHealproof(...args: readonly string[]): Promise<RunningHealproof> {
  return startIn(ROOT, args);
}

/** In any project. */
export async function startIn(cwd: string, args: readonly string[]): Promise<RunningHealproof> {
  await mkdir(OUTPUT, { recursive: true });
  const outputDir = await mkdtemp(join(OUTPUT, 'run-'));
  const argv = [MAIN, 'run', ...args, '--output', outputDir];
  const child = spawn(process.execPath, argv, { cwd, stdio: ['ignore', 'pipe', 'pipe'], env: process.env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const { clock } = openLab();
  return {
    pid: child.pid ?? 0,
    outputDir,
    kill: (signal) => void child.kill(signal),
    finished: ended.then(async (exitCode) => ({ exitCode, output, records: await recordsIn(outputDir) })),
    shows: (text, timeoutMs) =>
      waitUntil(async () => (text.test(output) ? { done: true, value: undefined } : { done: false, seen: output }), {
        clock,
        what: `${text} in the output`,
        timeoutMs,
        everyMs: 200,
        signal: new AbortController().signal,
      }),
  };
}

export async function runHealproof(...args: readonly string[]): Promise<Finished> {
  return runIn(ROOT, ...args);
}

/** In another project than this one. */
export async function runIn(project: string, ...args: readonly string[]): Promise<Finished> {
  const running = await startIn(project, args);
  return running.finished;
}

/** The one record of a run of one scenario. */
export function onlyRecord({ records, output }: Finished): RunRecord {
  const [record] = records;
  if (record === undefined || records.length !== 1) throw new Error(`${records.length} records; output:\n${output}`);
  return record;
}

async function recordsIn(outputDir: string): Promise<RunRecord[]> {
  const runs = join(outputDir, 'runs');
  // What was refused before anything ran has left no folder.
  if (!existsSync(runs)) return [];
  const names = await readdir(runs, { withFileTypes: true });
  const folders = names.filter((entry) => entry.isDirectory()).map((entry) => join(runs, entry.name, 'run.json'));
  const texts = await Promise.allSettled(folders.map((file) => readFile(file, 'utf8')));
  const records = texts.flatMap((text) => (text.status === 'fulfilled' ? [JSON.parse(text.value) as RunRecord] : []));
  return records.sort((a, b) => a.startedAtMs - b.startedAtMs);
}

/** Waits until `look` is content with the cluster; for what happens by itself, such as the janitor's work. */
export async function eventually(what: string, timeoutMs: number, look: () => Promise<string | null>): Promise<void> {
  await waitUntil(
    async () => {
      const seen = await look();
      return seen === null ? { done: true, value: undefined } : { done: false, seen };
    },
    {
      clock: openLab().clock,
      what,
      timeoutMs,
      everyMs: 500,
      signal: new AbortController().signal,
      isTransient: isTransientError,
    },
  );
}
