import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ifAbsent } from '../src/absent.ts';
import { parseJournal } from '../src/adapters/evidence/recover-run.ts';
import { REPO_ROOT } from '../src/installation.ts';
import { descendantsOf } from '../test/e2e/process-tree.ts';
import { machine, percentile, say, tableHead, tableRow } from './figures.ts';
import { readMemory, readProcessorMs } from './process-memory.ts';
import { until } from './waiting.ts';

/**
 * From the command line to the first step of a scenario, and what the processes of a run take meanwhile. There is no cluster:
 * what answers for one says 503 after a while, which ends the run in its preflight.
 * Usage: node bench/run-start.ts [rounds] [another checkout, measured in turn with this one]
 */
const ANSWER_AFTER_MS = 1_500;
const LOOK_EVERY_MS = 10;
const rounds = Number(process.argv[2] ?? 10);
const checkouts = [REPO_ROOT, ...process.argv.slice(3)].map((path) => resolve(path));

interface Started {
  readonly firstStepMs: number;
  readonly processorMs: number;
  readonly residentMib: number;
  /** Pages of the program and its libraries, which all have in common, counted once. */
  readonly onceMib: number;
}

const project = await mkdtemp(join(tmpdir(), 'healproof-bench-'));
const server = await pretendCluster();
try {
  await fill(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const all = checkouts.map((): Started[] => []);
  // The first round fills the caches.
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, checkout] of checkouts.entries()) {
      const started = await startRun(checkout);
      if (round > 0) all[index]?.push(started);
    }
  }
  report(all);
} finally {
  server.close();
  server.closeAllConnections();
  await rm(project, { recursive: true, force: true });
}

function report(all: readonly (readonly Started[])[]): void {
  say(machine());
  say(tableHead('a run begins'));
  for (const [index, runs] of all.entries()) {
    const name = (what: string): string => (index === 0 ? what : `${what}, other checkout`);
    const row = (what: string, of: keyof Started, digits = 0): void =>
      say(
        tableRow(
          name(what),
          runs.map((run) => run[of]),
          digits,
        ),
      );
    row('command to first step, ms', 'firstStepMs');
    row('processor time of its processes until then, ms', 'processorMs');
    row('resident memory of its processes then, MiB', 'residentMib');
    row('the same, pages that they share counted once, MiB', 'onceMib');
  }
  const [ours = [], others] = all.map((runs) => runs.map(({ firstStepMs }) => firstStepMs));
  if (others !== undefined) say(`ratio at p50: ${(percentile(others, 0.5) / percentile(ours, 0.5)).toFixed(1)}`);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** As the checkout itself says: it may be an older one. */
function mainOf(checkout: string): string {
  const { bin } = JSON.parse(readFileSync(join(checkout, 'package.json'), 'utf8'));
  return join(checkout, bin.healproof);
}

async function startRun(checkout: string): Promise<Started> {
  await rm(join(project, 'reports'), { recursive: true, force: true });
  const args = [mainOf(checkout), 'run', '--no-report', '--context', 'bench', '--allow-context', 'bench'];
  const startedAtMs = Date.now();
  const child = spawn(process.execPath, args, { cwd: project, stdio: 'ignore' });
  const ended = once(child, 'close');
  const firstStepAtMs = await firstStep();
  const pids = [child.pid ?? 0, ...(await descendantsOf(child.pid ?? 0))];
  const memory = pids.map(readMemory);
  const processorMs = sumOf(pids.map(readProcessorMs));
  await ended;
  return {
    processorMs,
    firstStepMs: firstStepAtMs - startedAtMs,
    residentMib: sumOf(memory.map(({ residentMib }) => residentMib)),
    onceMib:
      sumOf(memory.map(({ anonymousMib }) => anonymousMib)) +
      Math.max(...memory.map(({ residentMib, anonymousMib }) => residentMib - anonymousMib)),
  };
}

/** Epoch ms, from the journal of the run. */
async function firstStep(): Promise<number> {
  let atMs: number | undefined;
  await until(
    'the first step',
    60_000,
    async () => {
      atMs = parseJournal(await journal()).find(({ type }) => type === 'step-started')?.atMs;
      return atMs !== undefined;
    },
    LOOK_EVERY_MS,
  );
  return atMs ?? Number.NaN;
}

async function journal(): Promise<string> {
  const runs = join(project, 'reports', 'runs');
  const [run] = await readdir(runs).catch(ifAbsent([]));
  return run === undefined ? '' : await readFile(join(runs, run, 'journal.jsonl'), 'utf8').catch(ifAbsent(''));
}

async function pretendCluster(): Promise<Server> {
  const pretending = createServer((_request, response) => {
    setTimeout(() => response.writeHead(503).end('{}'), ANSWER_AFTER_MS);
  });
  await once(pretending.listen(0, '127.0.0.1'), 'listening');
  return pretending;
}

async function fill(url: string): Promise<void> {
  const name = 'wedged-replica-is-replaced.yaml';
  await cp(join(REPO_ROOT, 'scenarios', name), join(project, 'scenarios', name));
  for (const folder of ['steady-state', 'workloads/shop']) {
    await cp(join(REPO_ROOT, folder), join(project, folder), { recursive: true });
  }
  await writeFile(
    join(project, 'healproof.yaml'),
    `cluster: { kubeconfig: kubeconfig, namespaces: shop }\nprometheus: { url: "${url}" }\n`,
  );
  const cluster = { name: 'bench', cluster: { server: url, 'insecure-skip-tls-verify': true } };
  const context = { name: 'bench', context: { cluster: 'bench', user: 'bench' } };
  const kubeconfig = { clusters: [cluster], contexts: [context], users: [{ name: 'bench', user: { token: 'none' } }] };
  await writeFile(join(project, 'kubeconfig'), JSON.stringify({ apiVersion: 'v1', kind: 'Config', ...kubeconfig }));
}
