import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { HIDDEN, ifAbsent } from '../../absent.ts';
import type { Wait } from './wait.ts';

/** Who holds a lock; the start time of the process tells it from a later one with the same id. */
export interface LockHolder {
  readonly pid: number;
  readonly startTicks: string;
  readonly bootId: string;
  readonly host: string;
  readonly token: string;
}

export interface LockOptions {
  readonly wait: Wait;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Called once, when another process has to be waited for. */
  readonly onBusy: (holder: LockHolder) => void;
}

const RETRY_MS = 500;

/** Takes the lock, waiting for a live holder; one that died without letting go is taken over. Dispose to let go. */
export async function lockFile(path: string, options: LockOptions): Promise<AsyncDisposable> {
  await mkdir(dirname(path), { recursive: true });
  const mine = await describeSelf();
  let told = false;
  await options.wait(
    `the lock ${path}`,
    async () => {
      const holder = await tryLock(path, mine);
      if (holder === undefined) return { done: true, value: true };
      if (!told) options.onBusy(holder);
      told = true;
      return { done: false, seen: `held by process ${holder.pid}` };
    },
    { timeoutMs: options.timeoutMs, everyMs: RETRY_MS, signal: options.signal },
  );
  return { [Symbol.asyncDispose]: () => release(path, mine.token) };
}

/** One attempt: undefined when the lock is now ours, else who holds it. */
export async function tryLock(path: string, mine: LockHolder): Promise<LockHolder | undefined> {
  if (await linkNew(path, mine)) return undefined;
  const holder = await readHolder(path);
  if (holder === undefined) return (await linkNew(path, mine)) ? undefined : mine;
  if (await isAlive(holder)) return holder;
  return (await takeOver(path, holder, mine)) ? undefined : holder;
}

/** A hard link appears at once with its whole content, so no reader ever sees half a lock. */
async function linkNew(path: string, mine: LockHolder): Promise<boolean> {
  const draft = `${path}.${mine.token}`;
  await writeFile(draft, JSON.stringify(mine));
  try {
    await link(draft, path);
    return true;
  } catch (error: unknown) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Writes our lock over a dead one in a single step. A lock of its own guards this, so that nobody who still has the dead
 * holder in mind writes over whoever came after it.
 */
async function takeOver(path: string, dead: LockHolder, mine: LockHolder): Promise<boolean> {
  const guard = `${path}.over`;
  if ((await tryLock(guard, mine)) !== undefined) return false;
  try {
    if ((await readHolder(path))?.token !== dead.token) return false;
    const draft = `${path}.${mine.token}`;
    await writeFile(draft, JSON.stringify(mine));
    await rename(draft, path);
    return true;
  } finally {
    await release(guard, mine.token);
  }
}

async function release(path: string, token: string): Promise<void> {
  const holder = await readHolder(path);
  if (holder?.token === token) await rm(path, { force: true });
}

/** Who holds the lock at this path, alive or not; undefined where nobody does. */
export async function readHolder(path: string): Promise<LockHolder | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as LockHolder;
  } catch (error: unknown) {
    return ifAbsent(undefined)(error);
  }
}

/** Describes this process as a lock holder. */
export async function describeSelf(): Promise<LockHolder> {
  return {
    pid: process.pid,
    startTicks: (await readStat(process.pid))?.startTicks ?? '',
    bootId: await readBootId(),
    host: hostname(),
    token: randomUUID(),
  };
}

/** Whether the very process that took the lock still runs; on another host it is taken to. */
export async function isAlive(holder: LockHolder): Promise<boolean> {
  if (holder.host !== hostname()) return true;
  if (holder.bootId !== (await readBootId())) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error: unknown) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const now = await readStat(holder.pid);
  if (now === undefined || holder.startTicks === '') return true;
  return now.state !== 'Z' && now.startTicks === holder.startTicks;
}

/** Differs after every reboot; empty where the system does not tell. */
export async function readBootId(): Promise<string> {
  const id = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(ifAbsent(''));
  return id.trim();
}

/** State and start time of a process, where the system tells. */
async function readStat(pid: number): Promise<{ readonly state: string; readonly startTicks: string } | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(ifAbsent(undefined, ...HIDDEN));
  // The name before the last bracket may hold anything, blanks and brackets too.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields === undefined ? undefined : { state: fields[0] ?? '', startTicks: fields[19] ?? '' };
}
