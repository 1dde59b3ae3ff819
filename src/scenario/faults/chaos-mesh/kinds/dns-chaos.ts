import { type ChaosKind, PLAIN, UNSEEN } from '../spec/chaos-kind.ts';
import { eachMustBe, type Rule } from '../spec/spec-values.ts';

const PATTERN: Rule = {
  what: 'a host name, with ? for a character and * at the end alone, such as example.com or api.*',
  isMet: (value) => typeof value === 'string' && /^(?=.)[a-z0-9_.?[\]!-]*\*?$/i.test(value),
};

export const dnsChaos: ChaosKind = {
  ...PLAIN,
  actions: ['error', 'random'],
  problems: (spec) => eachMustBe(spec, ['patterns'], PATTERN),
  unseen: () => UNSEEN,
};
