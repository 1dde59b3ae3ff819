import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { NODE_ACTIONS } from '../model/fault.ts';
import { PROBE_TYPES } from '../probes/probe-kinds.ts';
import { FAULT_TYPES, kindOf } from './fault-kinds.ts';

const ROOT = join(import.meta.dirname, '../../..');
const sources = globSync('src/**/*.ts', { cwd: ROOT }).filter((file) => !file.endsWith('.test.ts'));

/** Files with a line that asks this. */
function askedIn(question: RegExp): string[] {
  return sources.filter((file) => question.test(readFileSync(join(ROOT, file), 'utf8'))).sort();
}

const oneOf = (words: readonly string[]): string => `'(${words.join('|')})'`;

it('no file asks which kind a fault is: what differs between kinds stands in their descriptions', () => {
  expect(askedIn(new RegExp(`\\btype [!=]== ${oneOf(FAULT_TYPES)}|case ${oneOf(FAULT_TYPES)}:`))).toEqual([]);
  expect(askedIn(new RegExp(`\\baction [!=]== ${oneOf(NODE_ACTIONS)}|case ${oneOf(NODE_ACTIONS)}:`))).toEqual([]);
});

it('only the list of kinds of probes asks which kind a probe is', () => {
  expect(askedIn(new RegExp(`${oneOf(PROBE_TYPES)} in `))).toEqual(['src/scenario/probes/probe-kinds.ts']);
});

it('every kind of fault brings scenarios to begin with, under names of their own', () => {
  const names = FAULT_TYPES.map((type) => Object.keys(kindOf({ type }).templates));
  expect(names.every((own) => own.length > 0)).toBe(true);
  expect(new Set(names.flat()).size).toBe(names.flat().length);
});
