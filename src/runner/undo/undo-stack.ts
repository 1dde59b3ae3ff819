import type { Clock } from '../../ports/clock.ts';
import type { Kube } from '../../ports/kube.ts';
import type { Recorder } from '../recording/recorder.ts';
import { CleanupStack, type CleanupStep } from './cleanup-stack.ts';
import { type UndoDraft, UndoLog } from './undo-log.ts';
import { replay } from './undo-replay.ts';

type Undo = CleanupStep['undo'];

/** A change that can be taken back; taking it back twice is the same as once. */
export interface Undoable {
  undo(signal: AbortSignal): Promise<void>;
}

export interface UndoStackParts {
  readonly kube: Kube;
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly runId: string;
  /** Leaves what is no fault in place. */
  readonly keep: boolean;
}

/** Clean-up has a deadline of its own, per step. */
const UNDO_TIMEOUT_MS = 90_000;

/** The way back from every change of a run: on a stack for this process, in the undo log for whoever comes after its death. */
export class UndoStack {
  readonly #parts: UndoStackParts;
  readonly #stack: CleanupStack;
  readonly #log: UndoLog;
  /** Changes that were announced and are not taken back yet, by sequence. */
  readonly #standing = new Set<number>();
  #hasRecords = false;

  constructor(parts: UndoStackParts) {
    this.#parts = parts;
    this.#stack = new CleanupStack(parts.clock);
    this.#log = new UndoLog(parts.kube, parts.recorder, parts.runId);
  }

  push(what: string, undo: Undo): void {
    this.#stack.push({ what, timeoutMs: UNDO_TIMEOUT_MS, undo });
  }

  /** Whether undo records may be left in the cluster. */
  get hasRecords(): boolean {
    return this.#hasRecords;
  }

  async openLog(): Promise<void> {
    this.#hasRecords = true;
    await this.#log.open();
    this.push('forget the undo records', () => this.#forgetRecords());
  }

  /**
   * Writes the way back where janitor and `cleanup` find it and puts it on the stack, before the change is made.
   * `settle` runs after the undo and waits until its effect is there.
   */
  async undoLater(draft: UndoDraft, settle?: () => Promise<void>): Promise<Undoable> {
    const { kube, clock, recorder, keep } = this.#parts;
    const record = await this.#log.write(draft);
    const isKept = keep && record.op === 'delete' && !record.isFault;
    const undo = once(async (signal) => {
      await replay(record, { target: kube, clock, signal, note: (message) => recorder.note(message) });
      this.#standing.delete(record.sequence);
      await settle?.();
    });
    if (isKept) return { undo };
    this.#standing.add(record.sequence);
    this.push(`undo ${record.sequence}`, undo);
    return { undo };
  }

  /** Puts a way back on the stack that only this process can go, for changes outside of the cluster. */
  undoHere(what: string, way: Undo): Undoable {
    const undo = once(async (signal) => {
      this.#parts.recorder.note(what);
      await way(signal);
    });
    this.push(what, undo);
    return { undo };
  }

  /** Takes back all that still stands, the newest first; what could not be taken back is told. */
  unwind(): Promise<string[]> {
    return this.#stack.unwind((what) => this.#parts.recorder.fact('clean-up', what));
  }

  /** Records of what could not be taken back stay: the janitor gets the lab and goes on with them. */
  async #forgetRecords(): Promise<void> {
    if (this.#standing.size > 0) {
      this.#parts.recorder.note('undo records are left for the janitor');
      return;
    }
    await this.#log.close();
    this.#hasRecords = false;
  }
}

/** A way that was gone to its end is not gone again; one that failed may be tried again. */
function once(way: Undo): Undo {
  let isDone = false;
  return async (signal) => {
    if (isDone) return;
    await way(signal);
    isDone = true;
  };
}
