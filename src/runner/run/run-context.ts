import type { RunnerPorts } from '../../ports/runner-ports.ts';
import type { Scenario } from '../../scenario/model/scenario.ts';
import type { LiveSampler } from '../probing/live-sampler.ts';
import type { ProbeSources } from '../probing/probe-series.ts';
import type { Recorder } from '../recording/recorder.ts';
import type { UndoStack } from '../undo/undo-stack.ts';

/** What every step of one run shares. */
export interface RunContext {
  readonly scenario: Scenario;
  readonly ports: RunnerPorts;
  readonly runId: string;
  readonly seed: number;
  readonly healer: 'on' | 'off';
  /** Fires when the user interrupts, the run's Lease is lost or a guard trips; clean-up does not listen to it. */
  readonly signal: AbortSignal;
  readonly recorder: Recorder;
  /** Asks the probes that cannot be asked about the past, from the gate on. */
  readonly sampler: LiveSampler;
  /** Registers the way back of every change, before the change is made. */
  readonly undoStack: UndoStack;
}

export function sourcesOf({ ports, sampler }: RunContext): ProbeSources {
  return { metrics: ports.metrics, sampler, analysePromql: ports.analysePromql };
}
