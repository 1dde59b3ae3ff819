import type { Scenario } from '../scenario/scenario.ts';
import type { LiveSampler } from './live-sampler.ts';
import type { RunnerPorts } from './ports.ts';
import type { Recorder } from './recorder.ts';
import type { UndoDraft } from './undo-log.ts';

/** A change that can be taken back; taking it back twice is the same as once. */
export interface Undoable {
  undo(signal: AbortSignal): Promise<void>;
}

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
  /**
   * Writes the way back where janitor and `cleanup` find it and puts it on the clean-up stack, before the change is made.
   * `settle` runs after the undo and waits until its effect is there.
   */
  undoLater(draft: UndoDraft, settle?: () => Promise<void>): Promise<Undoable>;
  /** Puts a way back on the clean-up stack that only this process can go, for changes outside of the cluster. */
  undoHere(what: string, undo: (signal: AbortSignal) => Promise<void>): Undoable;
}
