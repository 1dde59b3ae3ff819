import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HIDDEN, ifAbsent } from '../../absent.ts';

export interface DaemonOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Both streams are appended here. */
  readonly logFile: string;
}

/** Starts a program that outlives this process, in a session of its own; resolves with its process id. */
export async function startDaemon(program: string, args: readonly string[], options: DaemonOptions): Promise<number> {
  await mkdir(dirname(options.logFile), { recursive: true });
  await using log = await open(options.logFile, 'a');
  const child = spawn(program, args, {
    cwd: options.cwd ?? '/',
    env: { ...process.env, ...options.env },
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  await once(child, 'spawn');
  child.unref();
  if (child.pid === undefined) throw new Error(`${program} started without a process id`);
  return child.pid;
}

/** The command line of a live process, or undefined where there is none (or it belongs to a kernel thread). */
export async function commandLineOf(pid: number): Promise<string[] | undefined> {
  const raw = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(ifAbsent('', ...HIDDEN));
  return raw === '' ? undefined : raw.split('\0').slice(0, -1);
}
