import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AbortedError, CommandError } from '../../errors.ts';
import { describeCommand, run } from './command.ts';
import { commandLineOf } from './daemon.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'healproof-command-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('run', () => {
  it('hands every argument over as it is, whatever characters it holds', async () => {
    const words = ['a b', "it's", '$HOME', '`id`', '"', '*', '', 'x\ny', ';', '\\n'];
    const { stdout } = await run('printf', ['%s|', ...words]);
    expect(stdout).toBe(`${words.join('|')}|`);
  });

  it('adds variables, takes others away, and gives input', async () => {
    const { stdout } = await run(
      'bash',
      ['-c', 'if [ -v HOME ]; then H=$HOME; else H=none; fi; echo "$HERE-$H-$(cat)"'],
      {
        env: { HERE: "o'clock", HOME: undefined },
        input: 'typed',
      },
    );
    expect(stdout).toBe("o'clock-none-typed\n");
  });

  it('hands over lines of both streams and appends them to the log after the command', async () => {
    const lines: string[] = [];
    const logFile = join(folder, 'deep', 'part.log');
    await run('bash', ['-c', 'printf "one\\ntw"; printf "o\\nthree"'], { logFile, onLine: (line) => lines.push(line) });
    expect(lines).toEqual(['one', 'two', 'three']);
    expect(await readFile(logFile, 'utf8')).toMatch(/^\$ bash -c .*\none\ntwo\nthree/);
  });

  it('fails with a command that can be pasted, its exit code and the last 100 lines', async () => {
    const failure = await run('bash', ['-c', 'seq 150; exit 3'], { cwd: folder, hint: 'try harder' }).catch((e) => e);
    expect(failure).toBeInstanceOf(CommandError);
    expect(failure.failure.exitCode).toBe(3);
    expect(failure.failure.command).toBe(`cd ${folder} && bash -c $'seq 150; exit 3'`);
    expect(failure.failure.output.split('\n')).toHaveLength(100);
    expect(failure.failure.output.startsWith('51\n')).toBe(true);
    expect(failure.failure.output.endsWith('\n150')).toBe(true);
    expect(failure.hint).toBe('try harder');
  });

  it('says that a program is not there with exit code 127', async () => {
    const failure = await run('no-such-program', []).catch((error) => error);
    expect(failure.failure.exitCode).toBe(127);
  });

  it('can end a program without letting it tidy up', async () => {
    const file = join(folder, 'tidied');
    const script = `trap 'echo yes >${file}; exit' TERM; echo ready; while :; do sleep 0.05; done`;
    for (const endWith of ['SIGKILL', 'SIGTERM'] as const) {
      await expect(run('bash', ['-c', script], { timeoutMs: 500, endWith })).rejects.toThrow(CommandError);
      const tidied = await readFile(file, 'utf8').catch(() => 'no');
      expect(tidied.trim()).toBe(endWith === 'SIGTERM' ? 'yes' : 'no');
    }
  });

  it('ends the whole family of a program that runs into its time-out', async () => {
    const failure = await run('bash', ['-c', 'sleep 60 & echo $!; wait'], { timeoutMs: 100 }).catch((error) => error);
    expect(failure).toBeInstanceOf(CommandError);
    expect(failure.details.timedOut).toBe(true);
    expect(await commandLineOf(Number(failure.failure.output))).toBeUndefined();
  });

  it('throws AbortedError, not a command failure, when it is told to stop', async () => {
    const controller = new AbortController();
    const running = run('bash', ['-c', 'echo ready; exec sleep 60'], {
      signal: controller.signal,
      onLine: () => controller.abort(new Error('enough')),
    });
    await expect(running).rejects.toBeInstanceOf(AbortedError);
  });

  it('starts nothing under a signal that was given before', async () => {
    await expect(run('touch', [join(folder, 'x')], { signal: AbortSignal.abort(new Error('early')) })).rejects.toThrow(
      'early',
    );
    await expect(readFile(join(folder, 'x'))).rejects.toThrow('ENOENT');
  });
});

describe('describeCommand', () => {
  it('names variables that are set and those that are taken away', () => {
    const env = { DOCKER_HOST: 'unix:///a b', CI: undefined };
    expect(describeCommand('docker', ['ps'], { env })).toBe("env -u CI DOCKER_HOST=$'unix:///a b' docker ps");
  });
});
