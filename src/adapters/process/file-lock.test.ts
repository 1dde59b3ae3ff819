import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from './command.ts';
import { describeSelf, type LockHolder, lockFile, tryLock } from './file-lock.ts';
import type { Wait } from './wait.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'healproof-lock-'));
  path = join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true }));

const signal = new AbortController().signal;

/** Looks at most `looks` times, without any time going by. */
function waitAtMost(looks: number, between: () => Promise<void> = async () => undefined): Wait {
  return async (what, look) => {
    for (let i = 0; i < looks; i++) {
      const found = await look();
      if (found.done) return found.value;
      await between();
    }
    throw new Error(`gave up waiting for ${what}`);
  };
}

async function deadProcessId(): Promise<number> {
  const { stdout } = await run('bash', ['-c', 'echo $$']);
  return Number(stdout);
}

describe('a lock file', () => {
  it('is there while it is held and gone afterwards', async () => {
    {
      await using _lock = await lockFile(path, { wait: waitAtMost(1), signal, timeoutMs: 1, onBusy: () => undefined });
      expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid });
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('names the process that holds it, once, to whoever waits', async () => {
    const holder = await describeSelf();
    expect(await tryLock(path, holder)).toBeUndefined();
    const busy: LockHolder[] = [];
    const options = { signal, timeoutMs: 1, onBusy: (who: LockHolder) => void busy.push(who) };
    await expect(lockFile(path, { ...options, wait: waitAtMost(3) })).rejects.toThrow('gave up');
    expect(busy.map(({ pid }) => pid)).toEqual([process.pid]);
  });

  it('goes to the one who waits as soon as it is let go', async () => {
    await tryLock(path, await describeSelf());
    const wait = waitAtMost(2, () => rm(path));
    await using _lock = await lockFile(path, { wait, signal, timeoutMs: 1, onBusy: () => undefined });
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid });
  });

  it.each<[string, () => Promise<Partial<LockHolder>>]>([
    ['a process that is gone', async () => ({ pid: await deadProcessId() })],
    ['a process whose id now belongs to another one', async () => ({ startTicks: '1' })],
    ['a process of before the last reboot', async () => ({ bootId: 'earlier' })],
  ])('of %s is taken over', async (_title, change) => {
    const stale = { ...(await describeSelf()), token: 'stale', ...(await change()) };
    await writeFile(path, JSON.stringify(stale));
    const mine = await describeSelf();
    expect(await tryLock(path, mine)).toBeUndefined();
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ token: mine.token });
    expect(await readdir(folder)).toEqual(['lock']);
  });

  it('is taken over also after one who was taking it over died', async () => {
    const dead = { ...(await describeSelf()), bootId: 'earlier', token: 'stale' };
    await writeFile(path, JSON.stringify(dead));
    await writeFile(`${path}.over`, JSON.stringify({ ...dead, token: 'died meanwhile' }));
    const mine = await describeSelf();
    expect(await tryLock(path, mine)).toBeUndefined();
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ token: mine.token });
    expect(await readdir(folder)).toEqual(['lock']);
  });

  it('of another machine that shares the folder is never taken over', async () => {
    await writeFile(path, JSON.stringify({ ...(await describeSelf()), host: 'elsewhere', pid: 1 }));
    expect(await tryLock(path, await describeSelf())).toMatchObject({ host: 'elsewhere' });
  });

  it('is had by exactly one of many that try at the same time', async () => {
    const dead = { ...(await describeSelf()), bootId: 'earlier' };
    for (let round = 0; round < 40; round++) {
      await writeFile(path, JSON.stringify({ ...dead, token: `stale-${round}` }));
      const all = await Promise.all(Array.from({ length: 20 }, async () => tryLock(path, await describeSelf())));
      expect(all.filter((holder) => holder === undefined)).toHaveLength(1);
      expect(await readdir(folder)).toEqual(['lock']);
    }
  });

  it('is not removed by one who lost it to somebody else', async () => {
    const lock = await lockFile(path, { wait: waitAtMost(1), signal, timeoutMs: 1, onBusy: () => undefined });
    const other = JSON.stringify({ ...(await describeSelf()), token: 'other' });
    await writeFile(path, other);
    await lock[Symbol.asyncDispose]();
    expect(await readFile(path, 'utf8')).toBe(other);
  });
});
