import type { Evidence } from '../evidence/evidence.ts';
import type { Course } from '../probes/recovery-window.ts';
import type { InjectedFault } from './injected-faults.ts';
import { type RecoveryResult, recoveryOf } from './recovery.ts';

/** The recovery from one fault of a sequence, or from the one that there is. */
export interface FaultRecovery extends RecoveryResult {
  /** When the fault was asked for, epoch ms. */
  readonly startMs: number;
  /** A probe that is not back in tolerance by then is certainly too late, epoch ms. */
  readonly deadlineMs: number;
}

/** The objective holds for every fault, each from its own injection. */
export function recoveriesOf(
  { scenario, clockSkewMs }: Evidence,
  faults: readonly InjectedFault[],
  courses: readonly Course[],
): FaultRecovery[] {
  const { withinMs } = scenario.recovery;
  return faults.flatMap(({ startMs, injected }, index) => {
    const course = courses[index];
    if (course === undefined) return [];
    const result = recoveryOf(course, injected, withinMs, clockSkewMs);
    const whose = faults.length < 2 ? '' : `fault ${index + 1} of ${faults.length}: `;
    return [{ ...result, message: `${whose}${result.message}`, startMs, deadlineMs: injected.latestMs + withinMs }];
  });
}
