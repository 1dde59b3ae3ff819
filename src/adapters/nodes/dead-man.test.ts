import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { commandLineOf } from '../process/daemon.ts';
import { DEAD_MAN_NAME, DEAD_MAN_SCRIPT } from './dead-man.ts';
import { DockerNodeMachines } from './docker-node-machines.ts';

/** A container engine whose one container is a file that says `running paused`. */
const DOCKER = `#!/bin/bash
state="$(dirname "$0")/state"
echo "$*" >>"$(dirname "$0")/calls"
case $1 in
  inspect) case $* in *RestartPolicy*) echo "$(cat "$state") on-failure:1" ;; *) cat "$state" ;; esac ;;
  unpause) [ "$(cat "$state")" = 'true true' ] && echo 'true false' >"$state" ;;
  pause) echo 'true true' >"$state" ;;
  start) echo 'true false' >"$state" ;;
  exec) [ -e "$(dirname "$0")/ran" ] || { touch "$(dirname "$0")/ran"; exit 1; }; shift; echo "$*" >"$(dirname "$0")/ran" ;;
esac
`;

let folder: string;
let docker: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'healproof-dead-man-'));
  docker = join(folder, 'docker');
  await writeFile(docker, DOCKER);
  await chmod(docker, 0o755);
});
afterEach(() => rm(folder, { recursive: true }));

const state = async (): Promise<string> => (await readFile(join(folder, 'state'), 'utf8')).trim();
const setState = (text: string): Promise<void> => writeFile(join(folder, 'state'), `${text}\n`);

async function deadMan(runner: number, seconds: number, ...script: readonly string[]): Promise<number | null> {
  const args = ['-c', DEAD_MAN_SCRIPT, DEAD_MAN_NAME, String(runner), String(seconds), docker, 'worker', ...script];
  const child = spawn('bash', args, { stdio: 'ignore' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

/** Ids of the dead men that look after this test's container. */
async function deadMen(): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    ids.map(async (id) => {
      const words = await commandLineOf(id);
      return words?.includes(DEAD_MAN_NAME) === true && words.includes(docker) ? [id] : [];
    }),
  );
  return found.flat();
}

it.each(['true true', 'false false'])('brings back a node that is %s when the time is over', async (before) => {
  await setState(before);
  expect(await deadMan(process.pid, 1)).toBe(0);
  expect(await state()).toBe('true false');
});

it('brings the node back at once when the runner is killed', async () => {
  await setState('true true');
  const runner = spawn('sleep', ['60'], { stdio: 'ignore' });
  const done = deadMan(runner.pid ?? 0, 60);
  await after(300);
  expect(await state()).toBe('true true');
  runner.kill('SIGKILL');
  expect(await done).toBe(0);
  expect(await state()).toBe('true false');
});

it('runs a script in the node once that is back, until it succeeds', async () => {
  await setState('true true');
  expect(await deadMan(process.pid, 1, 'systemctl start kubelet')).toBe(0);
  expect(await state()).toBe('true false');
  expect((await readFile(join(folder, 'ran'), 'utf8')).trim()).toBe('worker bash -c systemctl start kubelet');
});

it('is armed by the machines, does nothing while it is not needed, and can be sent home', async () => {
  await setState('true false');
  const nodes = { docker, dockerHost: undefined, containers: new Map([['worker', 'worker']]) };
  const machines = new DockerNodeMachines(nodes, folder);
  const armed = await machines.armDeadMan('worker', 60_000);
  const [pid] = await deadMen();
  const [parent] = (await readFile(`/proc/${pid}/stat`, 'utf8'))
    .replace(/^.*\) /, '')
    .split(' ')
    .slice(1);
  expect(Number(parent)).not.toBe(process.pid);
  await machines.pause('worker');
  expect(await machines.state('worker')).toEqual({ running: true, paused: true, restartPolicy: 'on-failure:1' });
  await after(1_000);
  expect((await machines.state('worker')).paused).toBe(true);
  await armed.disarm();
  await expect.poll(deadMen).toEqual([]);
  await machines.wake('worker');
  expect((await machines.state('worker')).paused).toBe(false);
});
