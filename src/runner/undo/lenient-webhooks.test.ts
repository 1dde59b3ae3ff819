import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../../test/fakes/fake-clock.ts';
import { FakeKube } from '../../../test/fakes/fake-kube.ts';
import { KubernetesError } from '../../errors.ts';
import type { KubeObject } from '../../ports/kube.ts';
import { restoreWebhooks, withLenientWebhooks } from './lenient-webhooks.ts';
import { replay } from './undo-replay.ts';

const KEY = 'MutatingWebhookConfiguration/chaos-mesh-mutation';

function webhook(name: string, failurePolicy: string, apiGroup = 'chaos-mesh.org') {
  return { name, failurePolicy, rules: [{ apiGroups: [apiGroup] }] };
}

function configuration(name: string, ...webhooks: unknown[]): KubeObject {
  const kind = 'MutatingWebhookConfiguration';
  return { apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata: { name }, webhooks };
}

function world() {
  const target = new FakeKube().seed(
    configuration('chaos-mesh-mutation', webhook('a', 'Fail'), webhook('b', 'Ignore')),
    configuration('of-somebody-else', webhook('c', 'Fail', 'apps')),
  );
  const options = { target, clock: new FakeClock(), signal: new AbortController().signal, note: () => undefined };
  return { target, options };
}

function policies(target: FakeKube, key = KEY): (string | undefined)[] {
  const webhooks = target.objects.get(key)?.webhooks as { failurePolicy?: string }[];
  return webhooks.map((each) => each.failurePolicy);
}

describe('withLenientWebhooks', () => {
  it('makes the webhooks of Chaos Mesh optional while it works, and no longer', async () => {
    const { target, options } = world();
    let during: unknown;
    await withLenientWebhooks(async () => {
      during = policies(target);
    }, options);
    expect(during).toEqual(['Ignore', 'Ignore']);
    expect(policies(target)).toEqual(['Fail', 'Ignore']);
  });

  it('leaves webhooks of others as they are', async () => {
    const { target, options } = world();
    let during: unknown;
    const other = 'MutatingWebhookConfiguration/of-somebody-else';
    await withLenientWebhooks(async () => {
      during = policies(target, other);
    }, options);
    expect(during).toEqual(['Fail']);
  });

  it('makes them a must again when the work fails', async () => {
    const { target, options } = world();
    const work = async (): Promise<void> => {
      throw new KubernetesError('forbidden', 403);
    };
    await expect(withLenientWebhooks(work, options)).rejects.toThrow('forbidden');
    expect(policies(target)).toEqual(['Fail', 'Ignore']);
  });

  it('waits until the API server has heard of it', async () => {
    const { options } = world();
    let refusals = 3;
    await withLenientWebhooks(async () => {
      refusals -= 1;
      if (refusals > 0) throw new KubernetesError('failed calling webhook', 500);
    }, options);
    expect(refusals).toBe(0);
  });

  it('can be put right later when it was cut short', async () => {
    const { target, options } = world();
    let left: KubeObject | undefined;
    await withLenientWebhooks(async () => {
      left = target.objects.get(KEY);
    }, options);
    if (left !== undefined) target.seed(left);
    expect(policies(target)).toEqual(['Ignore', 'Ignore']);
    await restoreWebhooks(target);
    expect(policies(target)).toEqual(['Fail', 'Ignore']);
    expect(target.objects.get(KEY)?.metadata.labels).toEqual({});
  });

  it('lets a fault go whose controllers are gone', async () => {
    const { target, options } = world();
    const ref = { apiVersion: 'chaos-mesh.org/v1alpha1', kind: 'NetworkChaos', namespace: 'shop', name: 'cut' };
    const { apiVersion, kind, namespace, name } = ref;
    target.seed({ apiVersion, kind, metadata: { namespace, name, finalizers: ['chaos-mesh/records'] } });
    target.trouble = (call) =>
      call.startsWith('patch NetworkChaos') && policies(target).includes('Fail')
        ? new KubernetesError('failed calling webhook', 500)
        : null;
    await replay({ op: 'delete', sequence: 1, ref, waitGone: true, isFault: true, targets: [] }, options);
    expect(target.objects.has('NetworkChaos/shop/cut')).toBe(false);
    expect(policies(target)).toEqual(['Fail', 'Ignore']);
  });
});
