import type { Scenario } from '../scenario/scenario.ts';
import type { LiveSampler } from './live-sampler.ts';
import type { RunnerPorts } from './ports.ts';
import type { Recorder } from './recorder.ts';
import type { WaysBack } from './ways-back.ts';

/** What every step of one run shares. */
export interface RunContext {
  readonly scenario: Scenario;
  readonly ports: RunnerPorts;
  readonly runId: string;
  readonly seed: number;
  readonly healer: 'on' | 'off';
  /** Fires when the user interrupts or the run's Lease is lost; clean-up does not listen to it. */
  readonly signal: AbortSignal;
  readonly recorder: Recorder;
  /** Asks the probes that cannot be asked about the past, from the gate on. */
  readonly sampler: LiveSampler;
  /** Registers the way back of every change, before the change is made. */
  readonly ways: WaysBack;
}
