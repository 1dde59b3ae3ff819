import type { Witness } from '../../ports/witness.ts';

/** One witness of several: a target counts as bitten only when every one of them says so. */
export function allOf(parts: readonly [Witness, ...Witness[]]): Witness {
  const [only, ...others] = parts;
  if (others.length === 0) return only;
  const name = parts.map((part) => part.name).join('+');
  return {
    name,
    patienceMs: Math.max(...parts.map((part) => part.patienceMs ?? 0)),
    async look(signal) {
      const [first = [], ...rest] = await Promise.all(parts.map((part) => part.look(signal)));
      return first.map((reading) => {
        const same = [reading, ...rest.flatMap((list) => list.filter((each) => each.targetUid === reading.targetUid))];
        const isBlind = same.length < parts.length || same.some((each) => each.bitten === null);
        const bitten = isBlind ? null : same.every((each) => each.bitten === true);
        return { ...reading, witness: name, bitten, observation: same.map((each) => each.observation).join('; ') };
      });
    },
  };
}
