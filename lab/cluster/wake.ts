import { WaitTimeoutError } from '../../src/errors.ts';
import type { CreateLabParts } from './create-parts.ts';
import { inspectLab, type LabInspection } from './inspect.ts';
import { warmingUpMs } from './ready-config.ts';
import { inUse } from './run-in-progress.ts';

const READY_MS = 240_000;
const LOOK_EVERY_MS = 500;

type Parts = Pick<CreateLabParts, 'site' | 'docker' | 'folder' | 'options'>;

/** Starts nodes that were stopped with the machine or left paused by a fault. @throws WaitTimeoutError. */
export async function wake(found: LabInspection, parts: Parts): Promise<LabInspection> {
  if (found.state !== 'stopped') return found;
  if (found.run !== null) throw inUse(found.run);
  const { docker, options } = parts;
  const step = options.progress.begin('Starting the stopped nodes');
  const paused = found.containers.filter(({ isPaused }) => isPaused);
  const stopped = found.containers.filter(({ isRunning }) => !isRunning);
  if (paused.length > 0) await docker.unpause(paused.map(({ name }) => name));
  if (stopped.length > 0) await docker.start(stopped.map(({ name }) => name));
  const awake = await answering(parts, READY_MS);
  step.done();
  return awake;
}

/** After a restart of the machine the engine has started the nodes by itself, and the API server takes a while. */
export async function warmUp(found: LabInspection, parts: Parts): Promise<LabInspection> {
  const leftMs = warmingUpMs(found, parts.site.clock.now());
  if (leftMs <= 0) return found;
  const step = parts.options.progress.begin('Waiting for the API server of nodes that were just started');
  try {
    const warm = await answering(parts, leftMs);
    step.done();
    return warm;
  } catch (error: unknown) {
    step.failed('no answer');
    if (!(error instanceof WaitTimeoutError)) throw error;
    return found;
  }
}

function answering({ site, docker, folder, options }: Parts, timeoutMs: number): Promise<LabInspection> {
  return site.wait(
    'the API server of the restarted lab',
    async () => {
      const seen = await inspectLab(site, docker, folder, options.signal);
      return seen.kube === null ? { done: false, seen: seen.details.join(', ') } : { done: true, value: seen };
    },
    { timeoutMs, everyMs: LOOK_EVERY_MS, signal: options.signal },
  );
}
