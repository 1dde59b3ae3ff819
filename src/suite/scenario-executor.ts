import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { minimalRecord } from '../adapters/evidence/minimal-record.ts';
import { parseJournal, stepsOf } from '../adapters/evidence/recover-run.ts';
import { redactValue } from '../adapters/evidence/redact.ts';
import { JOURNAL, type PutAway, RunFolder, type RunStart } from '../adapters/evidence/run-folder.ts';
import { HarnessError, messageOf } from '../errors.ts';
import type { RunRecord } from '../experiment/run-record/run-record.ts';
import type { Reporter, RunEvent } from '../ports/reporter.ts';
import type { Scenario } from '../scenario/model/scenario.ts';
import { abortAfter, deadlineOf } from './deadline.ts';
import type { Listener } from './listener.ts';
import type { PlannedRepetition } from './planned-repetition.ts';
import { Repeats } from './repeats.ts';
import { newRunId, newSeed } from './run-id.ts';
import { runsDirOf, type SuiteFile } from './suite-file.ts';
import type { SuiteRuntime, SuiteRuntimeModule } from './suite-runtime.ts';
import { runViews } from './views.ts';

/** Runs scenarios, one after the other: each gets a folder of its own, a deadline and a listener. */
export class ScenarioExecutor implements AsyncDisposable {
  readonly #suite: SuiteFile;
  readonly #listener: Listener;
  readonly #repeats: Repeats;
  /** Of the newest run of each scenario, by its name. */
  readonly #seeds = new Map<string, number>();
  #runtime: SuiteRuntime | null = null;

  constructor(suite: SuiteFile, listener: Listener) {
    this.#suite = suite;
    this.#listener = listener;
    this.#repeats = new Repeats(suite.repeat, suite.earlier);
  }

  /** Whatever happens, a run that began leaves a record. @throws only when the evidence itself cannot be written. */
  async perform(scenario: Scenario, planned: PlannedRepetition): Promise<PutAway> {
    const { turn, control } = planned;
    const start = this.#startOf(scenario, planned);
    const folder = new RunFolder(runsDirOf(this.#suite.outputDir), start);
    this.#listener.onBegin(folder.dir);
    using deadline = abortAfter(deadlineOf(scenario));
    const signal = AbortSignal.any([this.#listener.signal, deadline.signal]);
    const record = await this.#record(start, signal, folder);
    const run = await folder.close(turn === null ? record : { ...record, repetition: turn }, runViews);
    if (control === null) this.#repeats.add(run.record);
    return run;
  }

  /** Whether one more run of a scenario that is run several times would teach nothing any more. */
  isDecided(scenario: Scenario, { control }: PlannedRepetition): boolean {
    return control === null && this.#repeats.isDecided(scenario);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runtime?.[Symbol.asyncDispose]();
  }

  /** A control hits what the run hit that it is compared to. */
  #startOf(scenario: Scenario, { turn, control }: PlannedRepetition): RunStart {
    const { seed: wanted, healer } = this.#suite;
    const atMs = Date.now();
    const earlier = control === null ? undefined : this.#seeds.get(scenario.name);
    const seed = wanted ?? earlier ?? newSeed();
    this.#seeds.set(scenario.name, seed);
    return {
      ...{ runId: newRunId(atMs), seed, healer: control !== null || healer === 'off' ? 'off' : 'on', scenario, atMs },
      ...(turn === null ? {} : { repetition: turn }),
      ...(control === null ? {} : { control }),
    };
  }

  async #record(start: RunStart, signal: AbortSignal, folder: RunFolder): Promise<RunRecord> {
    const { runId, seed, healer, scenario, control } = start;
    const request = { runId, seed, healer, ...(control === undefined ? {} : { control }) };
    const reporter = fanOut(folder.journal, this.#listener);
    try {
      signal.throwIfAborted();
      this.#runtime ??= await openRuntime(this.#suite, signal);
      return await this.#runtime.run(scenario, { ...request, keep: this.#suite.keep, signal, reporter });
    } catch (error: unknown) {
      const events = parseJournal(await readFile(join(folder.dir, JOURNAL), 'utf8'));
      return brokenRecord(start, signal.aborted ? signal.reason : error, stepsOf(events));
    }
  }
}

async function openRuntime(suite: SuiteFile, signal: AbortSignal): Promise<SuiteRuntime> {
  const module = await loadRuntimeModule(suite.runtimeModule);
  return module.openRuntime(suite.runtimeConfig, signal);
}

export async function loadRuntimeModule(path: string): Promise<SuiteRuntimeModule> {
  return (await import(/* @vite-ignore */ pathToFileURL(path).href)) as SuiteRuntimeModule;
}

/** The journal keeps everything; listeners hear it without secrets, and what they do cannot break the run. */
function fanOut(journal: Reporter, listener: Listener): Reporter {
  return {
    onEvent(event: RunEvent): void {
      journal.onEvent(event);
      if (event.type !== 'fact') listener.onEvent(redactValue(event));
    },
  };
}

function brokenRecord(start: RunStart, error: unknown, steps: RunRecord['steps']): RunRecord {
  const code = error instanceof HarnessError ? error.code : 'INTERNAL';
  return minimalRecord({
    ...start,
    startedAtMs: start.atMs,
    endedAtMs: Date.now(),
    status: code === 'ABORTED' ? 'interrupted' : 'completed',
    steps,
    // Not a step of the experiment: nothing is known about host or cluster unless the error says so.
    failure: { step: 'open', code, message: messageOf(error) },
  });
}
