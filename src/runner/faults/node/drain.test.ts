import { expect, it } from 'vitest';
import { FakeClock } from '../../../../test/fakes/fake-clock.ts';
import { FakeKube } from '../../../../test/fakes/fake-kube.ts';
import { KubernetesError } from '../../../errors.ts';
import type { RunContext } from '../../run/run-context.ts';
import { evictAll } from './drain.ts';

const pod = (uid: string, nodeName: string) => ({
  ...{ apiVersion: 'v1', kind: 'Pod', spec: { nodeName } },
  metadata: { namespace: 'shop', name: 'db-0', uid },
});

it('the next pod of that name, on another node, is not evicted in place of the one that went', async () => {
  const kube = new FakeKube().seed(pod('old', 'worker'));
  kube.trouble = (call) => {
    if (!call.startsWith('evict')) return null;
    kube.seed(pod('new', 'worker2'));
    return new KubernetesError('not now', 429);
  };
  const context = { ports: { kube, clock: new FakeClock() }, signal: new AbortController().signal };
  await evictAll(context as unknown as RunContext, 'worker');
  expect(kube.calls.filter((call) => call.startsWith('evict'))).toHaveLength(1);
  expect(kube.objects.get('Pod/shop/db-0')?.metadata.uid).toBe('new');
});
