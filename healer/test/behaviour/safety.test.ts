import { CoreV1Api } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KubeClient } from '../../src/kube/client.ts';
import { PODS, TestLab } from '../fakes/lab.ts';

/** What protects beside the guards of `guards/`: each with the harm that is done without it. */
describe('what protects beside the guards', () => {
  let lab: TestLab;
  beforeEach(() => {
    lab = new TestLab();
  });
  afterEach(() => lab.stop());

  const there = (name: string): boolean => lab.server.all(PODS).some(({ metadata }) => metadata.name === name);
  const target = { namespace: 'shop', name: 'b', uid: 'uid-b' };

  it('evictions keep to disruption budgets; a deletion would not', async () => {
    const api = new KubeClient(await lab.server.start());
    lab.server.put('/apis/policy/v1/poddisruptionbudgets', {
      metadata: { namespace: 'shop', name: 'back' },
      spec: { selector: { matchLabels: { app: 'shop-back' } } },
      status: { disruptionsAllowed: 0 },
    });
    await expect(api.evictPod(target)).rejects.toMatchObject({ status: 429, causes: ['DisruptionBudget'] });
    expect(there('b')).toBe(true);
    await api.objects().deletePod(target);
    expect(there('b')).toBe(false);
  });

  it('evictions name the UID; without it the healthy successor of that name goes', async () => {
    const config = await lab.server.start();
    lab.server.remove(PODS, 'shop/b');
    lab.addPod('b', { metadata: { uid: 'uid-successor' } });
    await expect(new KubeClient(config).evictPod(target)).rejects.toMatchObject({ status: 409 });
    expect(there('b')).toBe(true);
    const { namespace, name } = target;
    const body = { metadata: { namespace, name } };
    await config.makeApiClient(CoreV1Api).createNamespacedPodEviction({ namespace, name, body });
    expect(there('b')).toBe(false);
  });

  it.each([
    ['stand still while nobody can tell', true, 0],
    ['would go on as before if the last answer counted for ever', false, 1],
  ])('conditions %s', async (_title, isDown, evictions) => {
    lab.putDeployment({ replicas: 4, updatedReplicas: 1 });
    lab.makeSick('b');
    await lab.startHealer();
    await lab.record('refused', 'RolloutInProgress');
    if (isDown) lab.ratios = undefined;
    if (isDown) await lab.announced('PolicyFrozen');
    lab.putDeployment({});
    await (isDown ? lab.record('refused', 'MissingData') : lab.replaceEvicted('d'));
    expect(lab.evictions()).toHaveLength(evictions);
  });

  it('every write but the first of its object names what it is based on', async () => {
    await lab.startHealer();
    lab.makeSick('b');
    await lab.replaceEvicted('d');
    await lab.record('resolved');
    const writes = lab.server.requests.filter(({ method }) => method === 'PUT' || method === 'DELETE');
    expect(writes.length).toBeGreaterThan(3);
    for (const { method, path, body } of writes) {
      const { metadata, preconditions } = Object(body);
      const precondition = method === 'PUT' ? metadata?.resourceVersion : preconditions?.uid;
      expect(precondition, `${method} ${path}`).toMatch(/\S/);
    }
    const [eviction] = lab.evictions();
    expect(eviction?.body).toMatchObject({ deleteOptions: { preconditions: { uid: 'uid-b' } } });
  });
});
