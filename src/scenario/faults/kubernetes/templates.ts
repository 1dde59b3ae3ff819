import { ABSORBED, type FaultChoices, type FaultTemplate, PUT_BACK } from '../shared/template.ts';

export const kubernetesTemplates: Readonly<Record<string, FaultTemplate>> = {
  'pod-delete': {
    title: ({ app }) => `A deleted replica of ${app} is replaced`,
    fault: (choices) => podDeletion(choices),
    maxPods: 1,
    recovery: PUT_BACK,
  },
  'bad-image': {
    title: ({ app }) => `A rollout of ${app} to an image that does not exist takes no replica away`,
    fault: (choices) => [
      'kubernetes:',
      '  patch:',
      `    object: ${deployment(choices)}`,
      '    # TODO: the name of its container.',
      `    patch: { spec: { template: { spec: { containers: [{ name: ${choices.app}, image: no-such-image }] } } } }`,
    ],
    maxPods: 3,
    recovery: ABSORBED,
  },
  'scale-down': {
    title: ({ app }) => `Callers do not notice when ${app} is scaled down to one replica`,
    fault: (choices) => ['kubernetes:', '  scale:', `    object: ${deployment(choices)}`, '    replicas: 1'],
    maxPods: 3,
    recovery: ABSORBED,
  },
};

export function podDeletion({ namespace, app }: FaultChoices): readonly string[] {
  return ['kubernetes:', `  delete: { apiVersion: v1, kind: Pod, namespace: ${namespace}, labels: { app: ${app} } }`];
}

function deployment({ namespace, app }: FaultChoices): string {
  return `{ apiVersion: apps/v1, kind: Deployment, namespace: ${namespace}, name: ${app} }`;
}
