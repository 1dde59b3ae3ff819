import type { WitnessReading } from '../../../experiment/evidence/evidence.ts';
import type { Witness } from '../../../ports/witness.ts';

/**
 * One witness of several: a target counts as bitten only when every one of them says so. One that said so at its first
 * look, before the injection, is not asked about that target again: the others may not hide that it proves nothing.
 */
export function allOf(parts: readonly [Witness, ...Witness[]]): Witness {
  const [only, ...others] = parts;
  if (others.length === 0) return only;
  const name = parts.map((part) => part.name).join('+');
  const firstLooks = new Map<string, readonly WitnessReading[]>();
  return {
    name,
    patienceMs: Math.max(...parts.map((part) => part.patienceMs ?? 0)),
    async look(signal) {
      const answers = await Promise.all(parts.map((part) => part.look(signal)));
      return (answers[0] ?? []).map((reading) => {
        const { targetUid } = reading;
        const same = answers.flatMap((list) => list.filter((each) => each.targetUid === targetUid));
        const first = firstLooks.get(targetUid);
        if (first === undefined) firstLooks.set(targetUid, same);
        const isUseless = first?.some((each) => each.bitten === true) ?? false;
        const bitten = isUseless ? null : agreement(same, parts.length);
        return { ...reading, witness: name, bitten, observation: same.map((each) => each.observation).join('; ') };
      });
    },
  };
}

/** Null where one of them could not look. */
function agreement(readings: readonly WitnessReading[], expected: number): boolean | null {
  if (readings.length < expected || readings.some((each) => each.bitten === null)) return null;
  return readings.every((each) => each.bitten === true);
}
