import { isAbsent } from '../../absent.ts';
import type { Run } from './command.ts';
import { commandLineOf } from './daemon.ts';

/** Its parent ends at once, so that whoever kills the run with all its descendants does not find it. */
const ORPHANED = 'log=$1; shift; "$@" </dev/null >>"$log" 2>&1 & echo $!';

export interface OrphanOptions {
  /** How the process is called in process lists; it becomes `$0` of its script. */
  readonly name: string;
  /** Bash. */
  readonly script: string;
  /** `$1` and so on. */
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Both streams are appended here. */
  readonly logFile: string;
  readonly timeoutMs: number;
}

/** Starts a script that outlives this process and whoever kills it; resolves with its process id. */
export async function startOrphan(run: Run, options: OrphanOptions): Promise<number> {
  const { name, script, args, cwd, env, logFile, timeoutMs } = options;
  const words = ['-c', ORPHANED, 'bash', logFile, 'bash', '-c', script, name, ...args];
  const { stdout } = await run('bash', words, { timeoutMs, env, ...(cwd === undefined ? {} : { cwd }) });
  return Number(stdout.trim());
}

/** Only what is still that process is ended: its number may be another one's by now. */
export async function endOrphan(pid: number, name: string): Promise<void> {
  if ((await commandLineOf(pid))?.includes(name) !== true) return;
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error: unknown) {
    if (!isAbsent(error)) throw error;
  }
}
