import { z } from 'zod';
import type { Run } from '../../src/adapters/process/command.ts';
import { CommandError } from '../../src/errors.ts';

const info = z.object({ ServerVersion: z.string().optional(), ServerErrors: z.array(z.string()).nullish() });

const PROBE_TIMEOUT_MS = 10_000;

/** Version of the engine that answers at this address (undefined: the user's default), or undefined where none does. */
export async function engineVersion(
  run: Run,
  dockerHost: string | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  const host = dockerHost === undefined ? [] : ['--host', dockerHost];
  try {
    const { stdout } = await run('docker', [...host, 'info', '--format', '{{json .}}'], {
      timeoutMs: PROBE_TIMEOUT_MS,
      signal,
    });
    return info.parse(JSON.parse(stdout)).ServerVersion;
  } catch (error: unknown) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}
