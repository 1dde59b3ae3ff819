import type { Witness } from '../../../ports/witness.ts';
import { parseBytes } from '../../../scenario/model/bytes.ts';
import { allOf } from '../looking/all-of.ts';
import type { ChaosWitness } from './chaos-witness.ts';
import { cpuWitness, memoryWitness } from './stress-witness.ts';

interface Stressors {
  readonly cpu?: { readonly workers?: number; readonly load?: number };
  readonly memory?: { readonly workers?: number; readonly size?: unknown };
}

export const stressChaosWitness: ChaosWitness = ({ shell }, { spec, targets }) => {
  const stressors = spec.stressors as Stressors | undefined;
  // It takes the place of the stressors.
  if (spec.stressngStressors !== undefined && spec.stressngStressors !== '') return null;
  const parts: Witness[] = [];
  if (stressors?.cpu !== undefined) parts.push(cpuWitness(shell, targets, expectedCores(stressors.cpu)));
  if (stressors?.memory !== undefined) {
    const bytes = parseBytes(String(stressors.memory.size ?? ''));
    if (bytes === null) return null;
    parts.push(memoryWitness(shell, targets, bytes * (stressors.memory.workers ?? 1)));
  }
  const [first, ...others] = parts;
  return first === undefined ? null : allOf([first, ...others]);
};

function expectedCores({ workers = 1, load = 100 }: { readonly workers?: number; readonly load?: number }): number {
  return (workers * load) / 100;
}
