import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { $, type ProcessOutput, quote } from 'zx/core';
import { isAbsent } from '../../absent.ts';
import { AbortedError, CommandError } from '../../errors.ts';
import { lastLines, lineSplitter } from './lines.ts';

export interface CommandOptions {
  readonly cwd?: string;
  /** Added to the environment of this process; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Written to standard input, which is then closed. */
  readonly input?: string;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** How it is ended early; SIGTERM, and SIGKILL for what ignores it, unless said otherwise. */
  readonly endWith?: 'SIGTERM' | 'SIGKILL';
  /** Both streams are appended to this file, after the command line. */
  readonly logFile?: string;
  readonly onLine?: (line: string) => void;
  /** One sentence for the error: what a person can do when this command fails. */
  readonly hint?: string;
}

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/** Runs programs; fakes of it record what would have been called. */
export type Run = (program: string, args: readonly string[], options?: CommandOptions) => Promise<CommandResult>;

const OUTPUT_LINES = 100;
const GRACE_MS = 5_000;

/**
 * Runs a program to its end with every argument quoted.
 * Throws CommandError when it fails or runs into its time-out, AbortedError when the signal ended it.
 */
export const run: Run = async (program, args, options = {}) => {
  options.signal?.throwIfAborted();
  const command = describeCommand(program, args, options);
  const log = await openLog(options.logFile, command);
  const split = options.onLine === undefined ? undefined : lineSplitter(options.onLine);
  const child = $({
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
    input: options.input ?? '',
    shell: 'bash',
    prefix: 'exec ',
    postfix: '',
    quote,
    nothrow: true,
    quiet: true,
    verbose: false,
    detached: true,
    log: (entry) => {
      if (entry.kind !== 'stdout' && entry.kind !== 'stderr') return;
      log?.write(entry.data);
      split?.push(String(entry.data));
    },
  })`${[program, ...args]}`;
  const ended = endEarly(() => child.pid, options);
  try {
    const output = await child;
    split?.end();
    return readOutput(output, { command, options, endedBy: ended.reason() });
  } finally {
    ended.release();
    await closeLog(log);
  }
};

interface Context {
  readonly command: string;
  readonly options: CommandOptions;
  readonly endedBy: 'signal' | 'timeout' | undefined;
}

function readOutput(output: ProcessOutput, { command, options, endedBy }: Context): CommandResult {
  if (endedBy === 'signal') throw new AbortedError(`stopped: ${command}`, { cause: options.signal?.reason });
  if (output.exitCode === 0 && endedBy === undefined) {
    return { stdout: output.stdout, stderr: output.stderr, durationMs: output.duration };
  }
  const timedOut = endedBy === 'timeout' ? `timed out after ${(options.timeoutMs ?? 0) / 1000} s` : undefined;
  const hint = timedOut ?? options.hint;
  throw new CommandError(
    {
      command,
      exitCode: output.exitCode,
      signal: output.signal,
      output: lastLines(output.stdall, OUTPUT_LINES),
    },
    {
      ...(hint === undefined ? {} : { hint }),
      details: {
        timedOut: timedOut !== undefined,
        ...(options.logFile === undefined ? {} : { logFile: options.logFile }),
      },
    },
  );
}

/** Ends the whole process group on abort or time-out; what ignores the polite signal is killed. */
function endEarly(pid: () => number | undefined, { timeoutMs, signal, endWith = 'SIGTERM' }: CommandOptions) {
  let reason: Context['endedBy'];
  let grace: NodeJS.Timeout | undefined;
  const end = (why: NonNullable<Context['endedBy']>): void => {
    reason ??= why;
    signalGroup(pid(), endWith);
    grace ??= setTimeout(() => signalGroup(pid(), 'SIGKILL'), GRACE_MS);
  };
  const onAbort = (): void => end('signal');
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => end('timeout'), timeoutMs);
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    reason: () => reason,
    release: () => {
      clearTimeout(timer);
      clearTimeout(grace);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}

function signalGroup(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, name);
  } catch (error: unknown) {
    if (!isAbsent(error)) throw error;
  }
}

/** The command as a person could paste it into a shell, with the folder and the variables it needs. */
export function describeCommand(program: string, args: readonly string[], options: CommandOptions = {}): string {
  const cd = options.cwd === undefined ? '' : `cd ${quote(options.cwd)} && `;
  const env = Object.entries(options.env ?? {}).map(([name, value]) =>
    value === undefined ? `-u ${name}` : `${name}=${quote(value)}`,
  );
  const unset = env.some((word) => word.startsWith('-u '));
  const prefix = env.length === 0 ? '' : `${unset ? 'env ' : ''}${env.toSorted(unsetFirst).join(' ')} `;
  return `${cd}${prefix}${[program, ...args].map((word) => quote(word)).join(' ')}`;
}

function unsetFirst(a: string, b: string): number {
  return Number(b.startsWith('-u ')) - Number(a.startsWith('-u '));
}

async function openLog(path: string | undefined, command: string): Promise<WriteStream | undefined> {
  if (path === undefined) return undefined;
  await mkdir(dirname(path), { recursive: true });
  const stream = createWriteStream(path, { flags: 'a' });
  stream.write(`$ ${command}\n`);
  return stream;
}

async function closeLog(stream: WriteStream | undefined): Promise<void> {
  if (stream === undefined) return;
  stream.end('\n');
  await finished(stream);
}
