import { expect, it } from 'vitest';
import type { CommandResult } from '../../src/adapters/process/command.ts';
import { CommandError } from '../../src/errors.ts';
import { Docker } from './docker.ts';

const node = (name: string): object => ({
  Name: `/${name}`,
  Config: { Labels: { 'io.x-k8s.kind.role': 'worker' } },
  State: { Running: true, Paused: false },
  Mounts: [],
  NetworkSettings: { Networks: {}, Ports: {} },
});

/** An engine in which `going` goes away between two commands, as while kind takes back what it made. */
function engine(going: string): Docker {
  const there = new Set(['stays', going]);
  const run = async (command: string, [verb = '', ...args]: readonly string[]): Promise<CommandResult> => {
    const named = args.filter((arg) => arg === 'stays' || arg === going);
    const missing = named.filter((name) => !there.has(name));
    if (missing.length > 0) {
      const output = missing.map((name) => `Error response from daemon: No such container: ${name}`).join('\n');
      throw new CommandError({ command, exitCode: 1, signal: null, output });
    }
    const stdout = verb === 'ps' ? [...there].join('\n') : JSON.stringify(named.map(node));
    there.delete(going);
    return { stdout, stderr: '', durationMs: 1 };
  };
  return new Docker(run, 'docker', { dockerHost: undefined });
}

it('lists the nodes that are there, also while others go', async () => {
  expect((await engine('goes').nodesOf('lab')).map(({ name }) => name)).toEqual(['stays']);
});

it('takes a node that is gone already for removed', async () => {
  const docker = engine('goes');
  await docker.nodesOf('lab');
  await expect(docker.remove(['stays', 'goes'])).resolves.toBeUndefined();
});

it('hides no other failure', async () => {
  const failure = { command: 'docker', exitCode: 1, signal: null, output: 'no space left' } as const;
  const docker = new Docker(async () => Promise.reject(new CommandError(failure)), 'docker', { dockerHost: undefined });
  await expect(docker.remove(['a'])).rejects.toThrow(/exit code 1/);
  await expect(docker.nodesOf('lab')).rejects.toThrow(/exit code 1/);
});
