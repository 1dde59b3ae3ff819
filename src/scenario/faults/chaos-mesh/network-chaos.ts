import type { FaultProblem } from '../shared/fault-kind.ts';
import { type FaultChoices, HEALED, indent } from '../shared/template.ts';
import { type ChaosKind, type ChaosSpec, PLAIN } from './chaos-kind.ts';
import { isFilledList } from './spec-values.ts';
import { chaosLines, oneOfThem } from './template-lines.ts';

export const networkChaos: ChaosKind = {
  ...PLAIN,
  actions: ['netem', 'delay', 'loss', 'duplicate', 'corrupt', 'partition', 'bandwidth'],
  hasOtherSide: true,
  leavesRules: true,
  problems: directionProblems,
  templates: {
    partition: {
      title: ({ app, from }) => `A replica of ${app} that ${from} cannot reach is replaced`,
      fault: (choices) =>
        chaosLines('NetworkChaos', [
          'action: partition',
          ...oneOfThem(choices),
          ...otherSide(choices),
          'duration: 180s',
        ]),
      maxPods: 3,
      recovery: HEALED,
    },
  },
};

function directionProblems(spec: ChaosSpec): FaultProblem[] {
  const isTwoSided = spec.direction === 'from' || spec.direction === 'both';
  if (!isTwoSided || spec.target !== undefined) return [];
  if (spec.action === 'partition' && isFilledList(spec.externalTargets)) return [];
  return [{ path: ['direction'], message: `direction ${spec.direction} needs a target` }];
}

function otherSide({ namespace, from }: FaultChoices): readonly string[] {
  const selector = ['selector:', `  namespaces: [${namespace}]`, `  labelSelectors: { app: ${from} }`];
  return ['direction: both', 'target:', '  mode: all', ...indent(1, selector)];
}
