import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readHistory } from '../adapters/evidence/history.ts';
import { readRun } from '../adapters/evidence/read-run.ts';
import { recoverRun } from '../adapters/evidence/recover-run.ts';
import { redact } from '../adapters/evidence/redact.ts';
import type { PutAway } from '../adapters/evidence/run-folder.ts';
import { junitFileOf } from '../adapters/junit/junit-writer.ts';
import { messageOf } from '../errors.ts';
import type { RepetitionView } from '../experiment/repetition/repetition-view.ts';
import { suiteExitCode } from '../experiment/result/exit-code.ts';
import type { RunRecord } from '../experiment/run-record/run-record.ts';
import type { Reporter } from '../ports/reporter.ts';
import { ChannelServer } from './channel/channel-server.ts';
import type { WorkerMessage } from './channel/protocol.ts';
import { missing } from './missing.ts';
import { makePrivateFolder } from './private-folder.ts';
import { Repeats, type Repetition, repeatedOf } from './repeats.ts';
import { RESULT_WRITERS } from './result-writers.ts';
import { SuiteChild } from './suite-child.ts';
import { runsDirOf, type SuiteFile } from './suite-file.ts';
import { type StopSignal, trapSignals } from './trap-signals.ts';
import { finishedRun, runViews } from './views.ts';

export type SuiteOptions = Omit<SuiteFile, 'version' | 'socketPath' | 'earlier'>;

/** Where the starting process shows what happens. */
export interface SuiteDisplay extends Reporter {
  onResult(record: RunRecord, where: { readonly dir: string; readonly head: string }): void;
  onRepetition(repetition: RepetitionView): void;
  say(text: string): void;
}

export interface SuiteResult {
  /** Runs in the order in which they ended. */
  readonly runs: readonly PutAway[];
  /** One for every scenario that was run several times, or claims something of many runs. */
  readonly repetitions: readonly Repetition[];
  /** What went wrong that no run record can tell, in sentences. */
  readonly problems: readonly string[];
  readonly signal: StopSignal | null;
  readonly exitCode: number;
  readonly junitFile: string;
}

/**
 * Runs scenarios in a process of their own and shows what happens. The first Ctrl-C makes the run clean up and record
 * itself as interrupted; the second kills it and leaves the cluster to the janitor.
 */
export async function runSuite(options: SuiteOptions, display: SuiteDisplay): Promise<SuiteResult> {
  const privateDir = await makePrivateFolder();
  try {
    return await new Suite(options, display, privateDir).run();
  } finally {
    await rm(privateDir, { recursive: true, force: true });
  }
}

class Suite {
  readonly #options: SuiteOptions;
  readonly #display: SuiteDisplay;
  readonly #privateDir: string;
  readonly #begun = new Set<string>();
  readonly #runs: PutAway[] = [];
  readonly #problems: string[] = [];
  #signal: StopSignal | null = null;
  #wasKilled = false;

  constructor(options: SuiteOptions, display: SuiteDisplay, privateDir: string) {
    this.#options = options;
    this.#display = display;
    this.#privateDir = privateDir;
  }

  async run(): Promise<SuiteResult> {
    const { outputDir } = this.#options;
    await mkdir(runsDirOf(outputDir), { recursive: true });
    for (const writer of RESULT_WRITERS) await writer.begin?.(outputDir);
    const earlier = await this.#readEarlier();
    await this.#runChild(earlier);
    await this.#recoverLost();
    const result = this.#result(earlier);
    const told = { ...result, runs: result.runs.map(finishedRun) };
    for (const writer of RESULT_WRITERS) await writer.writeSuite?.(told, outputDir);
    return result;
  }

  #result(earlier: SuiteFile['earlier']): SuiteResult {
    const [runs, signal] = [this.#runs, this.#signal];
    const records = runs.map(({ record }) => record);
    // Whoever stops a suite misses nothing.
    if (signal === null) this.#problems.push(...missing(this.#options, records));
    const repetitions = this.#judgeRepetitions(earlier);
    const problems = this.#problems.map((problem) => redact(problem));
    const repeated = repetitions.map((each) => repeatedOf(each, records));
    const exitCode = suiteExitCode({ runs: records, problems, signal, repetitions: repeated });
    return { runs, repetitions, problems, signal, exitCode, junitFile: junitFileOf(this.#options.outputDir) };
  }

  /** Only claims over many runs look back. */
  async #readEarlier(): Promise<SuiteFile['earlier']> {
    const { outputDir, scenarios, healer } = this.#options;
    const claims = scenarios.filter(({ repeat }) => repeat?.kind === 'percentile');
    const { runs, problems } = await readHistory(runsDirOf(outputDir), claims, mainHealer(healer));
    for (const problem of problems) this.#display.say(problem);
    return runs;
  }

  #judgeRepetitions(earlier: SuiteFile['earlier']): Repetition[] {
    const { scenarios, repeat, healer } = this.#options;
    const repeats = new Repeats(repeat, earlier);
    const claims = this.#runs.filter(({ record }) => record.control === undefined);
    for (const { record } of claims) repeats.add(record);
    const repetitions = scenarios.flatMap((scenario) => repeats.verdictOf(scenario, mainHealer(healer)) ?? []);
    for (const repetition of repetitions) this.#display.onRepetition(repetition);
    return repetitions;
  }

  async #runChild(earlier: SuiteFile['earlier']): Promise<void> {
    const { root, outputDir } = this.#options;
    const socketPath = join(this.#privateDir, 'suite.sock');
    const suiteFile = join(this.#privateDir, 'suite.json');
    const suite: SuiteFile = { ...this.#options, earlier, version: 1, socketPath };
    await writeFile(suiteFile, JSON.stringify(suite), { mode: 0o600 });
    let heard = Promise.resolve();
    await using server = await ChannelServer.listen(socketPath, (message) => {
      heard = heard.then(() => this.#onMessage(message));
    });
    const child = await SuiteChild.start(suiteFile, { cwd: root, logFile: join(outputDir, 'suite.log') });
    using _trap = trapSignals((signal, count) => this.#onSignal(signal, count, server, child));
    await this.#waitFor(child);
    await child.redactLog();
    await server.drained();
    await heard;
  }

  async #waitFor(child: SuiteChild): Promise<void> {
    try {
      const { code, signal } = await child.ended;
      if (code === 0 || this.#wasKilled) return;
      const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
      this.#problems.push(`the process of the suite ended ${how}:\n${await child.lastWords()}`);
    } catch (error: unknown) {
      this.#problems.push(`the process of the suite could not be started: ${messageOf(error)}`);
    }
  }

  async #onMessage(message: WorkerMessage): Promise<void> {
    switch (message.type) {
      case 'event':
        this.#display.onEvent(message.event);
        return;
      case 'problem':
        this.#problems.push(message.message);
        return;
      case 'begun':
        this.#begun.add(message.dir);
        return;
      case 'finished':
        await this.#onFinished(message.dir);
    }
  }

  async #onFinished(dir: string): Promise<void> {
    try {
      const run = await readRun(dir);
      if (run === null) throw new Error('run.json is not there');
      this.#keep(run);
    } catch (error: unknown) {
      this.#problems.push(`the record in ${dir} cannot be read: ${messageOf(error)}`);
    }
  }

  #keep(run: PutAway): void {
    this.#begun.delete(run.dir);
    this.#runs.push(run);
    this.#display.onResult(run.record, run);
  }

  #onSignal(signal: StopSignal, count: number, server: ChannelServer, child: SuiteChild): void {
    this.#signal ??= signal;
    if (count === 1) {
      this.#display.say(
        'Stopping: the fault is taken back and the run recorded. Once more to leave that to the janitor.',
      );
      server.abort(`stopped by ${signal}`);
      return;
    }
    this.#wasKilled = true;
    this.#display.say('Killed. The janitor in the cluster reverts what this run changed within half a minute.');
    child.kill();
  }

  /** A run whose process was killed is told from its journal, in its folder and by every writer. */
  async #recoverLost(): Promise<void> {
    for (const dir of this.#begun) {
      try {
        const run = await recoverRun(dir, runViews);
        if (run === null) throw new Error('its journal is empty');
        for (const writer of RESULT_WRITERS) await writer.writeLostRun?.(finishedRun(run), this.#options.outputDir);
        this.#keep(run);
      } catch (error: unknown) {
        this.#problems.push(`the run in ${dir} was lost: ${messageOf(error)}`);
      }
    }
  }
}

/** Of the runs that make the claim. */
function mainHealer(healer: SuiteFile['healer']): 'on' | 'off' {
  return healer === 'off' ? 'off' : 'on';
}
