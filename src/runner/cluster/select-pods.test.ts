import { describe, expect, it } from 'vitest';
import { FakeKube } from '../../../test/fakes/fake-kube.ts';
import { selectPods } from './select-pods.ts';

function pod(name: string, labels: Record<string, string>, extra: { phase?: string; node?: string } = {}) {
  const annotations = { 'example.com/may-break': name.endsWith('2') ? 'yes' : 'no' };
  const metadata = { namespace: 'shop', name, uid: `uid-${name}`, labels, annotations };
  const { phase = 'Running', node = 'worker' } = extra;
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName: node }, status: { phase, podIP: '10.0.0.1' } };
}

const kube = new FakeKube().seed(
  pod('back-1', { app: 'back' }),
  pod('back-2', { app: 'back' }, { node: 'worker2' }),
  pod('back-3', { app: 'back' }, { phase: 'Pending' }),
  pod('front-1', { app: 'front' }),
  { apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker', labels: { zone: 'a' } } },
  { apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker2', labels: { zone: 'b' } } },
);
const inShop = (selector: object): object => ({ namespaces: ['shop'], ...selector });
const ALL = ['back-1', 'back-2', 'front-1'];

describe('resolving a Chaos Mesh selector', () => {
  it.each([
    ['running pods by label', { namespaces: ['shop'], labelSelectors: { app: 'back' } }, ['back-1', 'back-2']],
    ['by node', { namespaces: ['shop'], nodes: ['worker2'] }, ['back-2']],
    ['by the labels of its node', inShop({ nodeSelectors: { zone: 'b' } }), ['back-2']],
    ['by node and by labels of nodes, together', inShop({ nodes: ['worker2'], nodeSelectors: { zone: 'a' } }), ALL],
    ['by annotation', inShop({ annotationSelectors: { 'example.com/may-break': 'yes' } }), ['back-2']],
    ['by field', inShop({ fieldSelectors: { 'spec.nodeName': 'worker2' } }), ['back-2']],
    ['by phase', inShop({ podPhaseSelectors: ['Running', 'Pending'] }), ALL],
    ['nothing in another phase', inShop({ podPhaseSelectors: ['Pending'] }), []],
    [
      'by what a form left filled',
      inShop({ annotationSelectors: {}, nodes: [], podPhaseSelectors: [], pods: {} }),
      ALL,
    ],
    ['by name', { pods: { shop: ['front-1'] } }, ['front-1']],
    ['nothing outside its namespaces', { namespaces: ['other'] }, []],
    ['nothing by default, which is the namespace of the fault', {}, []],
  ])('finds %s', async (_case, selector, names) => {
    const found = await selectPods(kube, selector, 'healproof-system');
    expect(found.map((each) => each.name)).toEqual(names);
  });

  it('refuses a way of selecting that it does not know, instead of hitting more than announced', async () => {
    const selector = { namespaces: ['shop'], moodSelectors: { a: 'b' } };
    await expect(selectPods(kube, selector, 'x')).rejects.toThrow('moodSelectors');
  });
});
