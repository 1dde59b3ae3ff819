import type { Run } from '../../../src/adapters/process/command.ts';
import { counted } from '../../../src/counted.ts';
import { BuildError, CommandError, messageOf } from '../../../src/errors.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Progress, ProgressStep } from '../../../src/ports/progress.ts';
import { expectedSeconds, leftSeconds } from './parts/estimate.ts';
import type { BuildContext, Part } from './parts/part.ts';
import type { PartStore } from './store.ts';
import { WorkMeter } from './work-meter.ts';

export interface BuildOptions {
  readonly store: PartStore;
  readonly keys: ReadonlyMap<string, string>;
  readonly run: Run;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Pick<Clock, 'now'>;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** How many parts may be built at the same time. */
  readonly lanes: number;
  readonly cores: number;
}

const TELL_EVERY_MS = 5_000;

/** Builds what is not there yet, a part as soon as all it needs is there; `parts` is in an order that can be followed. */
export async function buildParts(parts: readonly Part[], options: BuildOptions): Promise<void> {
  const todo = new Map<string, Part>();
  for (const part of parts) {
    if (!(await options.store.has(part.id, keyOf(part.id, options)))) todo.set(part.id, part);
  }
  if (todo.size === 0) return;
  const step = options.progress.begin('Building the lab images from source');
  const meter = new WorkMeter();
  const reporter = await startReporting(todo, meter, step, options);
  try {
    await runLanes(todo, meter, options);
    step.done();
  } catch (error: unknown) {
    step.failed(messageOf(error));
    throw error;
  } finally {
    reporter.stop();
  }
}

/** Starts parts until none is left; the first failure stops the others and is what the caller sees. */
async function runLanes(todo: Map<string, Part>, meter: WorkMeter, options: BuildOptions): Promise<void> {
  const failure = new AbortController();
  const signal = AbortSignal.any([options.signal, failure.signal]);
  const active = new Map<string, Promise<void>>();
  let first: { readonly error: unknown } | undefined;
  const start = (part: Part): void => {
    meter.start(part.id, options.clock.now());
    const work = buildPart(part, meter, { ...options, signal })
      .then(() => void todo.delete(part.id))
      .catch((error: unknown) => {
        first ??= { error };
        failure.abort(error);
      })
      .finally(() => active.delete(part.id));
    active.set(part.id, work);
  };
  while (first === undefined && todo.size > 0) {
    for (const part of ready(todo, active)) if (active.size < options.lanes) start(part);
    await Promise.race(active.values());
  }
  await Promise.all(active.values());
  if (first !== undefined) throw first.error;
}

function ready(todo: ReadonlyMap<string, Part>, active: ReadonlyMap<string, unknown>): Part[] {
  return [...todo.values()].filter((part) => !active.has(part.id) && part.needs.every((id) => !todo.has(id)));
}

async function buildPart(part: Part, meter: WorkMeter, options: BuildOptions): Promise<void> {
  options.signal.throwIfAborted();
  const { store, clock } = options;
  const attempt = await store.begin(part.id);
  let seconds = 0;
  const context: BuildContext = {
    out: attempt.out,
    work: attempt.work,
    outputOf: (id) => {
      if (!part.needs.includes(id)) throw new BuildError(`part ${part.id} reads ${id} without saying so`);
      return store.folderOf(id, keyOf(id, options));
    },
    run: (program, args, own = {}) =>
      options.run(program, args, {
        logFile: store.logOf(part.id),
        signal: options.signal,
        ...own,
        env: { ...options.env, ...own.env },
      }),
  };
  try {
    await part.build(context);
  } catch (error: unknown) {
    throw describeFailure(part, error, store);
  } finally {
    seconds = meter.stop(part.id, clock.now());
  }
  seconds = Math.round(seconds * 10) / 10;
  await store.finish(attempt, { id: part.id, key: keyOf(part.id, options), builtAtMs: clock.now(), seconds });
  options.progress.note(`built ${part.title} (${seconds} s of work)`);
}

function describeFailure(part: Part, error: unknown, store: PartStore): unknown {
  if (!(error instanceof CommandError)) return error;
  return new BuildError(`could not build ${part.title}: ${error.message}\n${error.failure.output}`, {
    cause: error,
    details: { part: part.id, logFile: store.logOf(part.id), ...error.failure },
    hint: `The whole log is in ${store.logOf(part.id)}; what was built so far is kept, so try again when it is mended.`,
  });
}

async function startReporting(
  todo: ReadonlyMap<string, Part>,
  meter: WorkMeter,
  step: ProgressStep,
  options: BuildOptions,
): Promise<{ stop(): void }> {
  const durations = await options.store.durations();
  const expect = (part: Part): number => expectedSeconds(part, durations, options.cores);
  const total = todo.size;
  const tell = (): void => {
    const running = meter.running(options.clock.now());
    const titles = [...running.keys()].map((id) => todo.get(id)?.title ?? id).join(', ');
    const position = `${total - todo.size} of ${counted(total, 'part')} done; now ${titles}`;
    step.update(position, leftSeconds(todo.values(), running, expect));
  };
  const timer = setInterval(tell, TELL_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}

function keyOf(id: string, { keys }: Pick<BuildOptions, 'keys'>): string {
  const key = keys.get(id);
  if (key === undefined) throw new BuildError(`no key for part ${id}`);
  return key;
}
