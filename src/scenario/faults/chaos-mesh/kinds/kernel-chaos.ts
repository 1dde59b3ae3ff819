import type { FaultProblem } from '../../shared/fault-kind.ts';
import { type ChaosKind, type ChaosSpec, PLAIN, UNSEEN } from '../spec/chaos-kind.ts';
import { eachMustBe, isGiven, isSpec, mustBe, type Rule, wholeNumber } from '../spec/spec-values.ts';

const REQUEST = 'failKernRequest';
const PROBABILITY = wholeNumber('a percentage of 1 to 100, for it to do anything', 1, 100);
const TIMES = wholeNumber('1 or more, for it to do anything', 1);
const TYPE = wholeNumber('0 (slab), 1 (page) or 2 (bio)', 0, 2);
const FRAME: Rule = {
  what: 'a frame with the name of a function, funcname, and with parameters where it has a predicate',
  isMet: (frame) =>
    !isSpec(frame) || (isGiven(frame.funcname) && (isGiven(frame.parameters) || !isGiven(frame.predicate))),
};

export const kernelChaos: ChaosKind = {
  ...PLAIN,
  hitsNodes: true,
  problems: kernelProblems,
  unseen: () => UNSEEN,
};

function kernelProblems(spec: ChaosSpec): FaultProblem[] {
  return [
    ...mustBe(spec, [REQUEST, 'failtype'], TYPE),
    ...mustBe(spec, [REQUEST, 'probability'], PROBABILITY),
    ...mustBe(spec, [REQUEST, 'times'], TIMES),
    ...eachMustBe(spec, [REQUEST, 'callchain'], FRAME),
  ];
}
