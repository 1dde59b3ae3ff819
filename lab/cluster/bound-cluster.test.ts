import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeSelf } from '../../src/adapters/process/file-lock.ts';
import { abandonedClusters } from './bound-cluster.ts';
import { CLUSTER_DEAD_MAN_NAME, CLUSTER_DEAD_MAN_SCRIPT } from './cluster-dead-man.ts';

/** A container engine whose nodes are the lines of a file; once, one more comes late. */
const DOCKER = `#!/bin/bash
here=$(dirname "$0"); echo "$*" >>"$here/calls"
case $1 in
  ps) [ -e "$here/broken" ] && exit 1; cat "$here/nodes" 2>/dev/null ;;
  rm) rm -f "$here/nodes"; [ -e "$here/late" ] && mv "$here/late" "$here/nodes" ;;
esac
exit 0
`;
const CLUSTER = 'healproof-r1';

let folder: string;
const path = (name: string): string => join(folder, name);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'healproof-bound-'));
  await writeFile(path('docker'), DOCKER);
  await chmod(path('docker'), 0o755);
  await mkdir(path('labs/healproof-r1'), { recursive: true });
  await writeFile(path('labs/healproof-r1.bound'), JSON.stringify(await describeSelf()));
  await writeFile(path('nodes'), 'n1\nn2\n');
});
afterEach(() => rm(folder, { recursive: true }));

/** The dead man of that runner; resolves with its exit code. */
async function deadMan(runner: number): Promise<number | null> {
  const files = [path('labs/healproof-r1.bound'), path('labs/healproof-r1')];
  const args = ['-c', CLUSTER_DEAD_MAN_SCRIPT, CLUSTER_DEAD_MAN_NAME, String(runner), path('docker'), CLUSTER];
  const child = spawn('bash', [...args, ...files, '2'], { stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

async function whenKilled(): Promise<number | null> {
  const runner = spawn('sleep', ['60'], { stdio: 'ignore' });
  const done = deadMan(runner.pid ?? 0);
  await after(300);
  expect(existsSync(path('nodes'))).toBe(true);
  runner.kill('SIGKILL');
  return done;
}

describe('a cluster that must not outlive its run', () => {
  it('is removed with all its files when the run is killed, also what comes late', async () => {
    await writeFile(path('late'), 'n3\n');
    await writeFile(path('labs/healproof-r1.lock'), 'of the killed process');
    expect(await whenKilled()).toBe(0);
    const calls = await readFile(path('calls'), 'utf8');
    expect(calls).toMatch(/^rm --force --volumes n1 n2\n/m);
    expect(calls).toMatch(/^rm --force --volumes n3\n/m);
    expect(calls).toContain('ps -aq --filter label=io.x-k8s.kind.cluster=healproof-r1\n');
    expect(calls).toMatch(/network rm kind\n$/);
    expect(await readdir(path('labs'))).toEqual([]);
  });

  it('has the kind that is making it ended first, and no other', async () => {
    const maker = (name: string) =>
      spawn('bash', ['-c', 'sleep 60; :', 'kind', 'create', 'cluster', '--name', name], {
        detached: true,
        stdio: 'ignore',
      });
    const [own, other] = [maker(CLUSTER), maker(`${CLUSTER}7`)];
    const ended = once(own, 'exit');
    expect(await whenKilled()).toBe(0);
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(other.exitCode ?? other.signalCode).toBeNull();
    other.kill('SIGKILL');
  });

  it('is left alone once its run has removed it', async () => {
    const done = deadMan(process.pid);
    await rm(path('labs/healproof-r1.bound'));
    expect(await done).toBe(0);
    expect(existsSync(path('calls'))).toBe(false);
  });
});

describe('abandonedClusters', () => {
  it('are those whose process is gone', async () => {
    expect(await abandonedClusters(path('nowhere'))).toEqual([]);
    expect(await abandonedClusters(folder)).toEqual([]);
    const gone = { ...(await describeSelf()), pid: 2 ** 22 + 1 };
    await writeFile(path('labs/healproof-r2.bound'), JSON.stringify(gone));
    expect(await abandonedClusters(folder)).toEqual(['healproof-r2']);
  });
});
