import type { FaultProblem } from '../../shared/fault-kind.ts';
import { type FaultChoices, HEALED, PUT_BACK } from '../../shared/template.ts';
import { type ChaosKind, type ChaosSpec, PLAIN } from '../spec/chaos-kind.ts';
import { isFilledList } from '../spec/spec-values.ts';
import { chaosLines, oneOfThem } from './template-lines.ts';

export const podChaos: ChaosKind = {
  ...PLAIN,
  actions: ['pod-kill', 'pod-failure', 'container-kill'],
  oneShotActions: ['pod-kill', 'container-kill'],
  deletingActions: ['pod-kill'],
  problems: containerProblems,
  templates: {
    'pod-failure': {
      title: ({ app }) => `A failing replica of ${app} is replaced`,
      fault: (choices) => chaosLines('PodChaos', ['action: pod-failure', ...oneOfThem(choices), 'duration: 180s']),
      maxPods: 1,
      recovery: HEALED,
    },
    'pod-kill': {
      title: ({ app }) => `Kubernetes replaces a killed replica of ${app}`,
      fault: podKill,
      maxPods: 1,
      recovery: PUT_BACK,
    },
  },
};

function containerProblems(spec: ChaosSpec): FaultProblem[] {
  if (spec.action !== 'container-kill' || isFilledList(spec.containerNames)) return [];
  return [{ path: ['containerNames'], message: 'expected the names of the containers to kill' }];
}

export function podKill(choices: FaultChoices): readonly string[] {
  return chaosLines('PodChaos', ['action: pod-kill', ...oneOfThem(choices)]);
}
