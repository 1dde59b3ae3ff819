import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';

const FIXTURE = join(import.meta.dirname, '../fixtures/bound-process.ts');
/** Starts a program, says its process id, and waits to be killed. */
const PARENT = `
  const { spawnBound } = await import(process.argv[1]);
  process.stdout.write(spawnBound('sleep', ['60'], { stdio: 'ignore' }).pid + '\\n');
  setTimeout(() => undefined, 60_000);
`;

const isThere = (pid: string): boolean => existsSync(`/proc/${pid}/cmdline`);

it.skipIf(process.platform !== 'linux')(
  'ends a program with the process that started it, even when that is killed',
  async () => {
    const parent = spawn(process.execPath, ['--input-type=module', '-e', PARENT, FIXTURE], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [pid] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    expect(isThere(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isThere(pid), { timeout: 5_000 }).toBe(false);
  },
);
