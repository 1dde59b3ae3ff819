import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeApiServer } from '../../test/fakes/fake-api-server.ts';
import { KubeClient } from './client.ts';
import { KubeError } from './kube-error.ts';
import { pathSegment } from './path-segment.ts';

const ODD = ['..', '.', '', 'a/b', '../..', '%2e%2e', '%2f', 'a\\b', 'a?b', 'a#b'];

describe('a name in a path', () => {
  let server: FakeApiServer;
  let client: KubeClient;

  beforeEach(async () => {
    server = new FakeApiServer();
    client = new KubeClient(await server.start());
  });
  afterEach(() => server.stop());

  it.each(ODD)('is none of an object when it is %j, wherever it stands, and nothing is sent', async (odd) => {
    const lease = client.leases(odd, 'a');
    const write = { holderIdentity: 'a', leaseDurationSeconds: 1, annotations: {} } as never;
    const own = { namespace: odd, name: 'a', uid: 'u' };
    const tries: (() => Promise<unknown>)[] = [
      () => client.readPod('shop', odd),
      () => client.readPod(odd, 'a'),
      () => client.evictPod({ namespace: 'shop', name: odd, uid: 'u' }),
      () => client.patchConfigMap('shop', odd, { a: null }),
      () => client.readWorkload({ kind: 'Deployment', namespace: 'shop', name: odd }),
      () => client.patchWorkload({ kind: 'StatefulSet', namespace: odd, name: 'a' }, {}),
      () => client.apply({ group: 'g', version: 'v1', plural: odd, namespace: 'shop', name: 'a' }, {}),
      () => client.readRelease(odd, 'a'),
      () => lease.create(write),
      () => client.leaseFolder('shop').remove(odd),
      () => client.objects().deletePod({ ...own, namespace: 'shop', name: odd }),
      () => client.objects().deleteRemediation(own),
      () => client.objects().patchPolicyStatus('shop', odd, {}),
      () => client.objects().patchPolicyStatus(undefined, odd, {}),
      async () => client.watches.releaseSecrets(odd),
      async () => client.watches.configMap(odd, 'a'),
    ];
    for (const attempt of tries) await expect(attempt()).rejects.toThrow(KubeError);
    expect(server.requests).toEqual([]);
  });

  it('is whole or refused: what passes is one segment, whatever resolves the path', () => {
    const names = fc.oneof(fc.string({ maxLength: 5 }), fc.stringMatching(/^[./%2eEfF]{0,6}$/));
    fc.assert(
      fc.property(names, (name) => {
        try {
          pathSegment(name);
        } catch (error) {
          expect(error).toBeInstanceOf(KubeError);
          return;
        }
        const { pathname } = new URL(`https://host/a/${encodeURIComponent(name)}`);
        expect(decodeURIComponent(pathname)).toBe(`/a/${name}`);
        expect(pathname.split('/')).toHaveLength(3);
      }),
    );
  });
});
