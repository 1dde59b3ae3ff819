import type { Fault } from '../model/fault.ts';
import { type Path, valueAt } from '../yaml/source.ts';

const FAULT: Path = ['spec', 'fault'];

/** Where the faults of a document stand: the one there is, or each of a sequence. */
export function faultPaths(data: unknown): readonly Path[] {
  const steps = valueAt(data, [...FAULT, 'sequence']);
  return Array.isArray(steps) ? steps.map((_step, index) => [...FAULT, 'sequence', index]) : [FAULT];
}

/** Where the fault of that place in the order stands. */
export function stepPath(fault: Fault, index: number): Path {
  return fault.type === 'sequence' ? [...FAULT, 'sequence', index] : FAULT;
}
