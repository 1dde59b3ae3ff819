import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UNDO_DEAD_MAN_NAME, UNDO_DEAD_MAN_SCRIPT } from '../../src/adapters/nodes/undo-dead-man.ts';
import { UserNodeCommands } from '../../src/adapters/nodes/user-node-commands.ts';
import { run } from '../../src/adapters/process/command.ts';
import { FakeMachines } from '../fakes/fake-machines.ts';
import { FakeNodeCommands } from '../fakes/fake-node-commands.ts';
import { nodeCommandsContract } from './node-commands.contract.ts';

/** A site whose one node is a file, with the words that each call was given. */
const POWER = `#!/bin/bash
printf '%s|' "$@" >>calls; echo >>calls
case $1 in
  off) [ -e broken ] && { echo 'no such machine' >&2; exit 7; }; touch "$2.paused"; echo "off: $2" ;;
  on) rm -f "$2.paused"; echo "on: $2" ;;
  is-off) [ -e broken ] && exit 7; [ -e "$2.paused" ] ;;
  hang) sleep 60 ;;
esac
`;
const words = (verb: string): string[] => ['./power', verb, '{node}'];
const ACTIONS = {
  pause: { do: words('off'), undo: words('on'), check: words('is-off') },
  reboot: { do: words('hang'), undo: words('on'), check: null },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'healproof-power-'));
  await writeFile(join(folder, 'power'), POWER);
  await chmod(join(folder, 'power'), 0o755);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function real(): UserNodeCommands {
  return new UserNodeCommands({ run, actions: ACTIONS, folder, deadlineMs: 2_000, logFolder: folder });
}

const nothingToClose = async (): Promise<void> => undefined;

nodeCommandsContract('commands of a user', async () => ({
  commands: real(),
  isPaused: async () => existsSync(join(folder, 'worker.paused')),
  breakThem: () => writeFile(join(folder, 'broken'), ''),
  [Symbol.asyncDispose]: nothingToClose,
}));

nodeCommandsContract('the fake commands', async () => {
  const machines = new FakeMachines(['worker']);
  const commands = new FakeNodeCommands(machines);
  commands.actions = ACTIONS;
  return {
    commands,
    isPaused: async () => (await machines.state('worker')).paused,
    breakThem: async () => {
      commands.failure = 'no such machine';
    },
    [Symbol.asyncDispose]: nothingToClose,
  };
});

describe('commands of a user', () => {
  it('get every argument as it is: there is no shell between', async () => {
    const odd = 'a b; $(touch hacked) "\'*';
    const actions = { drain: { do: ['./power', odd, '{node}'], undo: words('on'), check: null } };
    const commands = new UserNodeCommands({ run, actions, folder, deadlineMs: 2_000, logFolder: folder });
    await commands.run('drain', 'do', 'worker');
    expect(await readFile(join(folder, 'calls'), 'utf8')).toBe(`${odd}|worker|\n`);
    expect(existsSync(join(folder, 'hacked'))).toBe(false);
  });

  it('say what went wrong, and a check that fails is no answer', async () => {
    await writeFile(join(folder, 'broken'), '');
    await expect(real().run('pause', 'do', 'worker')).rejects.toThrow(
      'the command for pause (do) ended with exit code 7: no such machine',
    );
    await expect(real().stands('pause', 'worker')).rejects.toThrow(/for pause \(check\) ended with exit code 7/);
  });

  it('are ended at their deadline', async () => {
    await expect(real().run('reboot', 'do', 'worker')).rejects.toThrow(/for reboot \(do\) timed out after 2 s/);
  });

  it('are undone by the dead man when the runner is killed, and until it succeeds', async () => {
    await writeFile(join(folder, 'worker.paused'), '');
    const undo = 'echo try >>tries; [ "$(wc -l <tries)" -ge 2 ] && rm worker.paused';
    const runner = spawn('sleep', ['60'], { stdio: 'ignore' });
    const args = ['-c', UNDO_DEAD_MAN_SCRIPT, UNDO_DEAD_MAN_NAME, String(runner.pid), '60', '5', 'bash', '-c', undo];
    const deadMan = spawn('bash', args, { stdio: 'ignore', cwd: folder });
    const ended = once(deadMan, 'exit');
    await expect.poll(() => readFile(`/proc/${deadMan.pid}/cmdline`, 'utf8')).toContain(UNDO_DEAD_MAN_NAME);
    expect(existsSync(join(folder, 'tries'))).toBe(false);
    runner.kill('SIGKILL');
    expect((await ended)[0]).toBe(0);
    expect(existsSync(join(folder, 'worker.paused'))).toBe(false);
  });
});
