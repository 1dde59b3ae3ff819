import { type FaultChoices, HEALED, indent } from '../../shared/template.ts';
import { type ChaosKind, PLAIN } from '../spec/chaos-kind.ts';
import { networkProblems, unseenPartition } from './network-problems.ts';
import { chaosLines, oneOfThem } from './template-lines.ts';

export const networkChaos: ChaosKind = {
  ...PLAIN,
  actions: ['netem', 'delay', 'loss', 'duplicate', 'corrupt', 'partition', 'bandwidth'],
  hasOtherSide: true,
  leavesRules: true,
  problems: networkProblems,
  unseen: unseenPartition,
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

function otherSide({ namespace, from }: FaultChoices): readonly string[] {
  const selector = ['selector:', `  namespaces: [${namespace}]`, `  labelSelectors: { app: ${from} }`];
  return ['direction: both', 'target:', '  mode: all', ...indent(1, selector)];
}
