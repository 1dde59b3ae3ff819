import type { WitnessReading } from '../../experiment/evidence.ts';
import type { Witness } from '../../ports/witness.ts';

/**
 * One witness of several: a target counts as bitten only when every one of them says so. One that said so at its first
 * look, before the injection, is not asked about that target again: the others may not hide that it proves nothing.
 */
export function allOf(parts: readonly [Witness, ...Witness[]]): Witness {
  const [only, ...others] = parts;
  if (others.length === 0) return only;
  const name = parts.map((part) => part.name).join('+');
  const premature = new Set<string>();
  const seen = new Set<string>();
  return {
    name,
    patienceMs: Math.max(...parts.map((part) => part.patienceMs ?? 0)),
    async look(signal) {
      const answers = await Promise.all(parts.map((part) => part.look(signal)));
      const [first = []] = answers;
      return first.map((reading) => {
        const { targetUid } = reading;
        const same = answers.flatMap((list) => list.filter((each) => each.targetUid === targetUid));
        if (!seen.has(targetUid)) for (const each of same) if (each.bitten === true) premature.add(keyOf(each));
        const isFirst = !seen.has(targetUid);
        seen.add(targetUid);
        const isBlind = same.length < parts.length || same.some((each) => each.bitten === null);
        const isUseless = !isFirst && same.some((each) => premature.has(keyOf(each)));
        const bitten = isBlind || isUseless ? null : same.every((each) => each.bitten === true);
        const observation = same.map((each) => each.observation).join('; ');
        return { ...reading, witness: name, bitten, observation };
      });
    },
  };
}

function keyOf({ targetUid, witness }: WitnessReading): string {
  return `${targetUid} ${witness}`;
}
