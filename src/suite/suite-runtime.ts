import type { ControlExpectation } from '../experiment/result/control.ts';
import type { RunRecord } from '../experiment/run-record/run-record.ts';
import type { Reporter } from '../ports/reporter.ts';
import type { Scenario } from '../scenario/model/scenario.ts';

export interface RunRequest {
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

/** What the tests need of the rest of healproof: a cluster that is connected to, in which scenarios can be run. */
export interface SuiteRuntime extends AsyncDisposable {
  run(scenario: Scenario, request: RunRequest): Promise<RunRecord>;
}

/** What a runtime module exports. Its path comes with the suite, so that tests and the real thing are started alike. */
export interface SuiteRuntimeModule {
  /** `config` is what the starting process put into the suite file, or undefined in a user's own Vitest project. */
  openRuntime(config: unknown, signal: AbortSignal): Promise<SuiteRuntime>;
  /** Scenarios of a file, for a user's own Vitest project. @throws ScenarioError. */
  compileFile(file: string): Promise<readonly Scenario[]>;
}
