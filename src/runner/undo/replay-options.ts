import type { Clock } from '../../ports/clock.ts';
import type { UndoTarget } from '../../ports/undo-target.ts';

export interface ReplayOptions {
  readonly target: UndoTarget;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told what is being done, and what had to be forced. */
  readonly note: (message: string) => void;
}
