import { expect, it } from 'vitest';
import type { Witness } from '../../../ports/witness.ts';
import { allOf } from './all-of.ts';

const signal = new AbortController().signal;

/** A witness of one target that says these things, look after look. */
function saying(name: string, ...answers: readonly (boolean | null)[]): Witness {
  const left = [...answers];
  return {
    name,
    look: async () => [{ targetUid: 'u', witness: name, atMs: 1, bitten: left.shift() ?? null, observation: name }],
  };
}

async function looks(count: number, witness: Witness): Promise<(boolean | null | undefined)[]> {
  const seen: (boolean | null | undefined)[] = [];
  for (let look = 0; look < count; look += 1) seen.push((await witness.look(signal))[0]?.bitten);
  return seen;
}

it('says that a target is bitten only when all say so', async () => {
  expect(await looks(3, allOf([saying('a', false, true, true), saying('b', false, false, true)]))).toEqual([
    false,
    false,
    true,
  ]);
});

it('could not look when one of them could not', async () => {
  expect(await looks(2, allOf([saying('a', false, true), saying('b', false, null)]))).toEqual([false, null]);
  const mute: Witness = { name: 'mute', look: async () => [] };
  expect(await looks(1, allOf([saying('a', true), mute]))).toEqual([null]);
});

it('does not believe one that had said so at the first look, whatever the others say', async () => {
  expect(await looks(2, allOf([saying('a', true, true), saying('b', false, true)]))).toEqual([false, null]);
});

it('is the one there is', () => {
  const only = saying('a');
  expect(allOf([only])).toBe(only);
});
