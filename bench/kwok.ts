import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ApiServer } from '../test/real-cluster/api-server.ts';
import { Child } from './child.ts';
import { say } from './figures.ts';

const FOLDER = join(import.meta.dirname, 'kwok');
const BUILD_TIMEOUT_MS = 900_000;
const LEASE_SECONDS = 40;
const run = promisify(execFile);

/** What nodes and pods go through: Ready at once, gone at once; a node with a Lease sends few heartbeats beside it. */
const STAGES = ['pod/fast', 'node/fast', 'node/heartbeat-with-lease'];

export interface Kwok {
  readonly program: string;
  readonly stages: string;
}

/** KWOK, which plays nodes and kubelets; built from its Go module into the cache when it is not there yet. */
export async function ensureKwok(env = process.env): Promise<Kwok> {
  const cache = join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'healproof', 'bench');
  const key = createHash('sha256')
    .update(readFileSync(join(FOLDER, 'go.sum')))
    .digest('hex');
  const folder = join(cache, `kwok-${key.slice(0, 16)}`);
  const kwok = { program: join(folder, 'kwok'), stages: join(folder, 'stages.yaml') };
  if (existsSync(folder)) return kwok;
  say('building KWOK from its module, once; about 90 s on two idle cores …');
  const draft = `${folder}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  const options = {
    cwd: FOLDER,
    env: { ...env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOWORK: 'off' },
    timeout: BUILD_TIMEOUT_MS,
  };
  const flags = ['-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-o', join(draft, 'kwok')];
  await run('go', ['build', ...flags, 'sigs.k8s.io/kwok/cmd/kwok'], options);
  const { stdout } = await run('go', ['list', '-m', '-f', '{{.Dir}}', 'sigs.k8s.io/kwok'], options);
  await writeFile(join(draft, 'stages.yaml'), stagesIn(stdout.trim()));
  await rename(draft, folder);
  return kwok;
}

function stagesIn(module: string): string {
  const folders = STAGES.map((name) => join(module, 'kustomize', 'stage', name));
  const files = folders.flatMap((folder) => globSync(join(folder, '*.yaml')));
  return files
    .filter((file) => !file.endsWith('kustomization.yaml'))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n---\n');
}

/** Plays every node of the cluster and the pods on it: each runs and is Ready at once, each node renews its Lease. */
export async function startKwok(server: ApiServer): Promise<Child> {
  const { program, stages } = await ensureKwok();
  const flags = [
    `--kubeconfig=${await server.kubeConfigFile('kwok', 'admin-token')}`,
    `--config=${stages}`,
    '--manage-all-nodes=true',
    '--cidr=10.0.0.0/8',
    `--node-lease-duration-seconds=${LEASE_SECONDS}`,
  ];
  return new Child(program, flags, join(server.folder, 'kwok.log'));
}
