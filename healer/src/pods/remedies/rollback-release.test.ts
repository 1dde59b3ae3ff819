import type { V1Deployment, V1Secret } from '@kubernetes/client-node';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/fakes/manual-clock.ts';
import { deploymentManifest, type ReleaseSample, releaseSecret } from '../../../test/fakes/release-secrets.ts';
import { pod } from '../../../test/fakes/samples.ts';
import type { RemedyRequest, RemedyResult } from '../../incidents/remedy.ts';
import { KubeError } from '../../kube/kube-error.ts';
import { decodeRelease } from '../../releases/secrets/release-secret.ts';
import { type ReleaseRollbackParts, RollbackRelease } from './rollback-release.ts';

const at = (minute: number): string => `2026-01-01T00:0${minute}:00Z`;
const image = (name: string): string => deploymentManifest('shop-release', name);
const sick: RemedyRequest = {
  incident: 'incident-1',
  policy: 'p',
  condition: 'CrashLoop',
  target: { kind: 'Pod', namespace: 'shop', name: 'a', uid: 'uid-a' },
  workload: { kind: 'Deployment', namespace: 'shop', name: 'shop-release', uid: 'deployment-1', generation: 2 },
  reason: 'it crashes',
};

describe('the rollback of the release that a sick pod belongs to', () => {
  let secrets: V1Secret[];
  let deployment: V1Deployment | undefined;
  let bornAt: string | undefined;
  let calls: number[];
  let mine: boolean;
  /** What worked is still known. */
  let isNoted: boolean;
  let parts: ReleaseRollbackParts;
  let remedy: RollbackRelease;

  const write = (...samples: ReleaseSample[]): void => {
    secrets = samples.map((sample, index) => releaseSecret({ changedAt: at(index), revision: index + 1, ...sample }));
  };

  beforeEach(() => {
    write({ status: 'superseded', manifest: image('good') }, { manifest: image('bad') });
    deployment = {
      metadata: {
        uid: 'deployment-1',
        annotations: { 'meta.helm.sh/release-name': 'shop-release' },
        namespace: 'shop',
        generation: 2,
      },
    };
    bornAt = at(2);
    calls = [];
    mine = true;
    isNoted = true;
    parts = {
      clock: new ManualClock(),
      allowedNamespaces: ['shop'],
      shards: { mayActOn: () => mine, confirm: async () => mine },
      rules: { uninstallPendingInstall: false, giveUpAfter: 3 },
      lastKnownGood: { isKnownGood: (_subject, content) => isNoted && content === contentOf(secrets[0]) },
      cluster: {
        podsIn: () => (bornAt === undefined ? [] : [pod({ name: 'a', uid: 'uid-a', createdAtMs: Date.parse(bornAt) })]),
      },
      api: { readWorkload: async () => deployment, readRelease: async () => secrets },
      helm: {
        rollback: async (_release, revision) => {
          calls.push(revision);
          const done = {
            revision: 3,
            description: `Rollback to ${revision}`,
            manifest: image('good'),
            changedAt: at(4),
          };
          secrets = [...secrets, releaseSecret(done)];
          deployment = { metadata: { ...deployment?.metadata, generation: 7 } };
          return { exitCode: 0, timedOut: false, message: '' };
        },
        uninstall: async () => ({ exitCode: 0, timedOut: false, message: '' }),
      },
    };
    remedy = new RollbackRelease(parts);
  });

  const reasonOf = (outcome: RemedyResult): string => ('reason' in outcome ? outcome.reason : '');

  it('goes back to the revision that worked', async () => {
    expect(await remedy.apply(sick)).toMatchObject({
      kind: 'accepted',
      detail: expect.stringMatching(/back to revision 1, as revision 3/),
    });
    expect(calls).toEqual([1]);
  });

  it('says from which generation of the workload on its effect can be seen, not which revision of the release it is', async () => {
    expect(await remedy.apply(sick)).toMatchObject({ kind: 'accepted', generation: 7 });
  });

  it('counts as done also when the workload cannot be read afterwards', async () => {
    remedy = new RollbackRelease({
      ...parts,
      api: {
        ...parts.api,
        readWorkload: async () => {
          if (calls.length > 0) throw new KubeError('no answer', {});
          return deployment;
        },
      },
    });
    expect(await remedy.apply(sick)).toMatchObject({ kind: 'accepted', generation: undefined });
  });

  it('takes a rollback that was made already for its own', async () => {
    await remedy.apply(sick);
    expect(await remedy.apply(sick)).toMatchObject({ kind: 'accepted', detail: expect.stringMatching(/already/) });
    expect(calls).toEqual([1]);
  });

  it('also when the pod went away with it', async () => {
    await remedy.apply(sick);
    bornAt = undefined;
    expect((await remedy.apply(sick)).kind).toBe('accepted');
    expect(calls).toEqual([1]);
  });

  it('does not roll the rollback back for a pod that it made', async () => {
    await remedy.apply(sick);
    bornAt = at(5);
    isNoted = false;
    expect(reasonOf(await remedy.apply(sick))).toMatch(/itself a rollback/);
    expect(calls).toEqual([1]);
  });

  it.each([
    [
      'no release owns the workload',
      () => {
        deployment = { metadata: { uid: 'deployment-1' } };
      },
      'inapplicable',
      /no Helm release/,
    ],
    [
      'the workload is another one',
      () => {
        deployment = { metadata: { uid: 'deployment-2' } };
      },
      'refused',
      /gone/,
    ],
    [
      'the release is elsewhere',
      () => {
        const annotations = { 'meta.helm.sh/release-name': 'a', 'meta.helm.sh/release-namespace': 'other' };
        deployment = { metadata: { uid: 'deployment-1', annotations } };
      },
      'inapplicable',
      /may not act/,
    ],
    [
      'the pod is older than the upgrade',
      () => {
        bornAt = at(0);
      },
      'inapplicable',
      /older than the newest revision/,
    ],
    [
      'the pod is gone',
      () => {
        bornAt = undefined;
      },
      'refused',
      /pod is gone/,
    ],
    [
      'somebody upgrades',
      () => {
        write({}, { status: 'pending-upgrade' });
      },
      'refused',
      /is pending-upgrade/,
    ],
    [
      'the release is gone',
      () => {
        secrets = [];
      },
      'refused',
      /is gone/,
    ],
    [
      'the newest revision is corrupt',
      () => {
        secrets = [releaseSecret(), { ...releaseSecret({ revision: 2 }), data: {} }];
      },
      'refused',
      /cannot be read/,
    ],
    [
      'the newest revision was whole before',
      () => {
        secrets = [releaseSecret({ changedAt: at(1) })];
      },
      'inapplicable',
      /not the cause/,
    ],
    [
      'another replica may act',
      () => {
        mine = false;
      },
      'refused',
      /lease/,
    ],
  ] as const)('does nothing when %s', async (_title, arrange, kind, sentence) => {
    arrange();
    const outcome = await remedy.apply(sick);
    expect(outcome.kind).toBe(kind);
    expect(reasonOf(outcome)).toMatch(sentence);
    expect(calls).toEqual([]);
  });

  it('says that the API server did not answer', async () => {
    const broken = new RollbackRelease({
      clock: new ManualClock(),
      allowedNamespaces: ['shop'],
      shards: { mayActOn: () => true, confirm: async () => true },
      rules: { uninstallPendingInstall: false, giveUpAfter: 3 },
      lastKnownGood: { isKnownGood: () => true },
      cluster: { podsIn: () => [] },
      api: { readWorkload: () => Promise.reject(new KubeError('no answer', {})), readRelease: async () => [] },
      helm: { rollback: () => Promise.reject(new Error()), uninstall: () => Promise.reject(new Error()) },
    });
    expect(await broken.apply(sick)).toMatchObject({ kind: 'failed', reason: 'no answer' });
  });
});

function contentOf(secret: V1Secret | undefined): string | undefined {
  const decoded = secret && decodeRelease(secret);
  return decoded?.ok === true ? decoded.revision.content : undefined;
}
