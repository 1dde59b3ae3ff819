import { kindOf } from '../../scenario/faults/fault-kinds.ts';
import { type Fault, stepsOf } from '../../scenario/model/fault.ts';

/** A fault that happens once and leaves nothing in force, so that nothing about it can end. */
export function isOneShot(fault: Fault): boolean {
  const steps = stepsOf(fault);
  return steps.length > 0 && steps.every((step) => kindOf(step.fault).isOneShot(step.fault));
}
