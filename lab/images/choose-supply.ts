import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ifAbsent } from '../../src/absent.ts';
import type { Run } from '../../src/adapters/process/command.ts';
import { CommandError } from '../../src/errors.ts';
import type { ImageSource } from '../../src/experiment/run-record/environment.ts';
import type { Supply } from './supply.ts';

export interface ChoiceOptions {
  readonly run: Run;
  readonly cacheDir: string;
  readonly choice: 'auto' | ImageSource;
  readonly supplies: Readonly<Record<ImageSource, Supply>>;
}

const PROBE_TIMEOUT_MS = 15_000;
const PROBE_IMAGE = 'registry.k8s.io/pause:3.10';
const kept = z.object({ source: z.enum(['pull', 'airgap']) });

/**
 * Settles on one supply: the one that was asked for, the one that was settled on before, or pulling where a registry
 * answers. Kept in the cache folder, so that a lab does not change its images because a network was down for a minute.
 */
export function chooseSupply(options: ChoiceOptions): (signal: AbortSignal) => Promise<Supply> {
  let chosen: Promise<ImageSource> | undefined;
  return async (signal) => {
    if (options.choice !== 'auto') return options.supplies[options.choice];
    chosen ??= decide(options, signal).catch((error: unknown) => {
      chosen = undefined;
      throw error;
    });
    return options.supplies[await chosen];
  };
}

async function decide({ run, cacheDir }: ChoiceOptions, signal: AbortSignal): Promise<ImageSource> {
  const file = join(cacheDir, 'image-source.json');
  const text = await readFile(file, 'utf8').catch(ifAbsent(undefined));
  if (text !== undefined) return kept.parse(JSON.parse(text)).source;
  const source = (await registryAnswers(run, signal)) ? 'pull' : 'airgap';
  await mkdir(cacheDir, { recursive: true });
  await writeFile(file, JSON.stringify({ source }));
  return source;
}

/** Asks for a manifest, which needs no engine and leaves nothing behind. */
async function registryAnswers(run: Run, signal: AbortSignal): Promise<boolean> {
  try {
    await run('docker', ['manifest', 'inspect', PROBE_IMAGE], { timeoutMs: PROBE_TIMEOUT_MS, signal });
    return true;
  } catch (error: unknown) {
    if (error instanceof CommandError) return false;
    throw error;
  }
}
