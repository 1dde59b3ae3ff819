import { expect, it } from 'vitest';
import { selectPods } from '../cluster/select-pods.ts';
import { PredictedPods } from './predicted-pods.ts';

const deployment = (name: string, mayBreak: string) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { namespace: 'shop', name },
  spec: {
    replicas: 2,
    template: { metadata: { annotations: { 'may-break': mayBreak } }, spec: { serviceAccountName: name } },
  },
});
const pods = new PredictedPods([deployment('back', 'yes'), deployment('front', 'no')], []);
const BACK = ['back-(1 of 2)', 'back-(2 of 2)'];

it.each([
  ['annotations', { annotationSelectors: { 'may-break': 'yes' } }],
  ['fields of their spec', { fieldSelectors: { 'spec.serviceAccountName': 'back' } }],
  [
    'fields that the API server puts in',
    { fieldSelectors: { 'spec.serviceAccountName': 'back', 'spec.restartPolicy': 'Always' } },
  ],
])('pods that are not there yet are told by %s', async (_by, selector) => {
  const found = await selectPods(pods, { namespaces: ['shop'], ...selector }, 'x');
  expect(found.map(({ name }) => name)).toEqual(BACK);
});
