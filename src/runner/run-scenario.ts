import { AbortedError, messageOf } from '../errors.ts';
import type { ControlExpectation } from '../experiment/result/control.ts';
import type { RunRecord, Step } from '../experiment/run-record/run-record.ts';
import type { AuditMark } from '../ports/remediation-log.ts';
import { LIVE_SAMPLE, type Reporter } from '../ports/reporter.ts';
import type { RunnerPorts } from '../ports/runner-ports.ts';
import type { Scenario } from '../scenario/model/scenario.ts';
import { describeEnvironment } from './cluster/environment.ts';
import { RunLease } from './lease/run-lease.ts';
import { GuardWatch } from './probing/guard-watch.ts';
import { LiveSampler } from './probing/live-sampler.ts';
import { STEP_MS } from './probing/probe-series.ts';
import { SignalWatch } from './probing/signal-watch.ts';
import { Recorder } from './recording/recorder.ts';
import type { LiveFaults } from './run/live-fault.ts';
import type { RunContext } from './run/run-context.ts';
import { RunDraft } from './run-draft.ts';
import { recordOf } from './run-record.ts';
import { collect } from './steps/collect.ts';
import { deployWorkload } from './steps/deploy.ts';
import { gateReachMs, passGate } from './steps/gate.ts';
import { switchHealerOff } from './steps/healer-off.ts';
import { injectFaults } from './steps/inject.ts';
import { observe } from './steps/observe.ts';
import { preflight } from './steps/preflight.ts';
import { proveFaults } from './steps/prove.ts';
import { faultLeftovers, recoverFaults } from './steps/recover.ts';
import { unmetRequirement } from './steps/requirements.ts';
import { signalsReady } from './steps/signals-ready.ts';
import { LeakAudit } from './undo/leak-audit.ts';
import { UndoStack } from './undo/undo-stack.ts';

export interface RunOptions {
  readonly runId: string;
  readonly seed: number;
  readonly healer: 'on' | 'off';
  /** For a run without the healer beside one with it: what it must come to. */
  readonly control?: ControlExpectation;
  /** Leaves the workload in place for a look around; faults are taken back all the same. */
  readonly keep: boolean;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
}

/** Runs one scenario from preflight to clean-up and judges it. Never throws: what goes wrong is in the record. */
export async function runScenario(scenario: Scenario, ports: RunnerPorts, options: RunOptions): Promise<RunRecord> {
  return new ScenarioRun(scenario, ports, options).run();
}

class ScenarioRun {
  readonly #options: RunOptions;
  readonly #recorder: Recorder;
  readonly #undoStack: UndoStack;
  readonly #lease: RunLease;
  readonly #guards: GuardWatch;
  readonly #sampler: LiveSampler;
  readonly #signals: SignalWatch;
  readonly #draft: RunDraft;
  readonly #context: RunContext;
  readonly #startedAtMs: number;
  readonly #leaks: LeakAudit;
  readonly #cleanupErrors: string[] = [];
  #mark: AuditMark | null = null;

  constructor(scenario: Scenario, ports: RunnerPorts, options: RunOptions) {
    const { runId, seed, healer, keep } = options;
    const { kube, clock } = ports;
    this.#options = options;
    this.#startedAtMs = clock.now();
    this.#recorder = new Recorder(clock, options.reporter);
    this.#undoStack = new UndoStack({ kube, clock, recorder: this.#recorder, runId, keep });
    this.#leaks = new LeakAudit(kube, keep);
    this.#sampler = new LiveSampler(ports, (probe, sample) => this.#recorder.fact(LIVE_SAMPLE, { probe, ...sample }));
    this.#lease = new RunLease(kube, clock, runId);
    this.#draft = new RunDraft(scenario, seed, healer, this.#startedAtMs);
    this.#signals = new SignalWatch(scenario.recovery, healer, ports, this.#recorder);
    this.#draft.signals = () => this.#signals.evidence();
    this.#guards = new GuardWatch(scenario.abortWhen, ports);
    const signal = AbortSignal.any([options.signal, this.#lease.lost, this.#guards.tripped]);
    const [recorder, sampler, undoStack] = [this.#recorder, this.#sampler, this.#undoStack];
    this.#context = { scenario, ports, runId, seed, healer, signal, recorder, sampler, undoStack };
  }

  async run(): Promise<RunRecord> {
    const { scenario } = this.#context;
    const { runId, seed } = this.#options;
    const { name, title } = scenario;
    const away = this.#options.healer === 'off' ? { healer: 'off' as const } : {};
    this.#recorder.emit({ type: 'run-started', atMs: this.#startedAtMs, runId, scenario: name, title, seed, ...away });
    await this.#experiment();
    await this.#cleanUp();
    const record = this.#record();
    this.#recorder.emit({ type: 'run-ended', atMs: record.endedAtMs, runId, exitCode: record.exitCode });
    return record;
  }

  /** The steps in order; the first that fails ends the experiment, never the clean-up. */
  async #experiment(): Promise<void> {
    const isReady = await this.#try('preflight', () => this.#preflight());
    if (!isReady || this.#draft.skippedBecause !== null) return;
    if (!(await this.#try('deploy', () => this.#deploy()))) return;
    await this.#try('gate', () => this.#gate());
    if (this.#draft.gate?.held === true) await this.#guarded(() => this.#disturb());
    if (this.#draft.gate !== null) await this.#try('collect', () => this.#collect());
  }

  /** A guard that trips ends the work at once; taking back and collecting go on. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    await this.#guards.begin();
    if (!this.#guards.tripped.aborted) await work();
    await this.#guards.end();
    const { trips } = this.#guards;
    if (trips.length === 0) return;
    this.#draft.status = 'aborted';
    this.#draft.trips = trips;
    this.#draft.observedToMs = Math.max(this.#draft.observedToMs, ...trips.map(({ atMs }) => atMs));
    for (const trip of trips) this.#recorder.fact('guard', trip);
    this.#recorder.note(`aborted by a guard: ${trips.map(({ observation }) => observation).join('; ')}`);
  }

  async #disturb(): Promise<void> {
    const { fault } = this.#context.scenario;
    if (fault.type === 'none') {
      await this.#try('observe', () => this.#observe(this.#context.ports.clock.now()));
      return;
    }
    const live: LiveFaults = { fault, parts: [] };
    this.#draft.live = live;
    const isIn = await this.#try('inject', () => injectFaults(this.#context, live));
    const [first] = live.parts;
    if (first === undefined) return;
    const isProven = isIn && (await this.#proven(live));
    if (isProven) await this.#try('observe', () => this.#observe(first.requestedAtMs));
    await this.#try('recover', () => this.#recover(live));
    await this.#try('verify', async () => void this.#leaks.leaks.push(...(await faultLeftovers(this.#context, live))));
  }

  async #preflight(): Promise<void> {
    const { ports, scenario, signal } = this.#context;
    signal.throwIfAborted();
    this.#draft.skippedBecause = await unmetRequirement(scenario, ports);
    if (this.#draft.skippedBecause !== null) {
      this.#draft.status = 'skipped';
      return;
    }
    await this.#lease.take({ signal, note: (message) => this.#recorder.note(message) });
    this.#undoStack.push('release the lab', () => this.#lease.release({ isClean: !this.#undoStack.hasRecords }));
    this.#mark = await ports.audit.mark();
    await this.#leaks.begin();
    await this.#undoStack.openLog();
    const findings = await preflight(scenario, ports);
    await signalsReady(scenario, ports, this.#options.healer);
    this.#draft.clockSkewMs = findings.clockSkewMs;
    this.#draft.environment = await describeEnvironment(ports, findings.prometheusVersion);
  }

  async #deploy(): Promise<void> {
    const switchOff = this.#options.healer === 'off' ? switchHealerOff(this.#context) : Promise.resolve();
    await Promise.all([deployWorkload(this.#context), switchOff]);
  }

  async #gate(): Promise<void> {
    this.#draft.observedFromMs = Math.floor(this.#recorder.now() / STEP_MS) * STEP_MS - gateReachMs(this.#context);
    this.#sampler.start(this.#context.scenario.steadyState, this.#context.signal);
    await this.#signals.start(this.#context.signal);
    this.#draft.gate = await passGate(this.#context);
    this.#draft.observedToMs = this.#recorder.now();
    this.#draft.watchedFromMs = this.#draft.gate.atMs ?? this.#draft.observedToMs;
    this.#recorder.note(this.#draft.gate.detail);
  }

  async #proven(live: LiveFaults): Promise<boolean> {
    let isProven = false;
    await this.#try('prove', async () => {
      isProven = await proveFaults(this.#context, live);
    });
    if (!isProven) this.#recorder.note('the fault could not be proven');
    return isProven;
  }

  async #observe(fromMs: number): Promise<void> {
    const { toMs } = await observe(this.#context, {
      live: this.#draft.live,
      fromMs,
      soFar: (probes, untilMs) => this.#draft.evidence({ probes, toMs: untilMs }),
    });
    this.#draft.observedToMs = toMs;
  }

  async #recover(live: LiveFaults): Promise<void> {
    await Promise.all(live.parts.map((part) => part.watch.look()));
    for (const trouble of await recoverFaults(this.#context, live)) this.#recorder.note(trouble);
  }

  async #collect(): Promise<void> {
    const { observedFromMs: fromMs, observedToMs: toMs, watchedFromMs } = this.#draft;
    await this.#signals.look();
    this.#draft.collected = await collect(this.#context, { mark: this.#mark, fromMs, toMs, watchedFromMs });
  }

  async #cleanUp(): Promise<void> {
    await this.#try('clean up', async () => {
      await this.#sampler[Symbol.asyncDispose]();
      await this.#signals[Symbol.asyncDispose]();
      const failures = [...(await this.#undoStack.unwind()), await this.#leaks.end()];
      this.#cleanupErrors.push(...failures.filter((failure) => failure !== null));
    });
    const { aborted, reason } = this.#lease.lost;
    if (aborted) this.#draft.fail('clean up', reason);
  }

  async #try(step: Step, work: () => Promise<void>): Promise<boolean> {
    try {
      await this.#recorder.step(step, work);
      return true;
    } catch (error: unknown) {
      const { signal } = this.#context;
      // That is the guard's doing, and it is said where all trips are.
      if (signal.aborted && signal.reason === this.#guards.tripped.reason) return false;
      this.#draft.fail(step, signal.aborted ? new AbortedError(messageOf(signal.reason), { cause: error }) : error);
      return false;
    }
  }

  #record(): RunRecord {
    const { runId, seed, control } = this.#options;
    const { leaks } = this.#leaks;
    const [startedAtMs, endedAtMs, { steps }] = [this.#startedAtMs, this.#recorder.now(), this.#recorder];
    const cleanupErrors = this.#cleanupErrors;
    return recordOf(this.#draft, { runId, seed, control, startedAtMs, endedAtMs, steps, leaks, cleanupErrors });
  }
}
