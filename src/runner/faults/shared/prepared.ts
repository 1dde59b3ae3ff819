import type { ObjectChange } from '../../../experiment/fault/object-change.ts';
import type { Plan } from '../../../experiment/fault/plan.ts';
import type { InjectorState } from '../../../ports/fault-injector.ts';
import type { SingleFault } from '../../../scenario/model/fault.ts';
import type { Undoable } from '../../undo/undo-stack.ts';

/** A fault that is known down to its exact objects and only waits to be put in. */
export interface PreparedFault {
  readonly fault: SingleFault;
  readonly plan: Plan;
  /** What a witness should find at the object, for a change of one. */
  readonly change?: ObjectChange;
  /** Puts the way back in place, before anything is changed. */
  protect(): Promise<Undoable>;
  /** @throws FaultError where the fault is refused. */
  inject(): Promise<void>;
  /** Whether the fault stands now, and what its injector says. */
  observe(): Promise<InjectorState>;
}

/** Takes back several changes, the last one first. */
export function together(parts: readonly Undoable[]): Undoable {
  return {
    async undo(signal) {
      for (const part of parts.toReversed()) await part.undo(signal);
    },
  };
}
