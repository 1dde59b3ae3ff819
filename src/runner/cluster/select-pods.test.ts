import { describe, expect, it } from 'vitest';
import { FakeKube } from '../../../test/fakes/fake-kube.ts';
import { selectPods } from './select-pods.ts';

function pod(name: string, labels: Record<string, string>, extra: { phase?: string; node?: string } = {}) {
  const metadata = { namespace: 'shop', name, uid: `uid-${name}`, labels };
  const { phase = 'Running', node = 'worker' } = extra;
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName: node }, status: { phase, podIP: '10.0.0.1' } };
}

const kube = new FakeKube().seed(
  pod('back-1', { app: 'back' }),
  pod('back-2', { app: 'back' }, { node: 'worker2' }),
  pod('back-3', { app: 'back' }, { phase: 'Pending' }),
  pod('front-1', { app: 'front' }),
);

describe('resolving a Chaos Mesh selector', () => {
  it.each([
    ['running pods by label', { namespaces: ['shop'], labelSelectors: { app: 'back' } }, ['back-1', 'back-2']],
    ['by node', { namespaces: ['shop'], nodes: ['worker2'] }, ['back-2']],
    ['by name', { pods: { shop: ['front-1'] } }, ['front-1']],
    ['nothing outside its namespaces', { namespaces: ['other'] }, []],
    ['nothing by default, which is the namespace of the fault', {}, []],
  ])('finds %s', async (_case, selector, names) => {
    const found = await selectPods(kube, selector, 'healproof-system');
    expect(found.map((each) => each.name)).toEqual(names);
  });

  it('refuses a way of selecting that it does not know, instead of hitting more than announced', async () => {
    const selector = { namespaces: ['shop'], annotationSelectors: { a: 'b' } };
    await expect(selectPods(kube, selector, 'x')).rejects.toThrow('annotationSelectors');
  });
});
