import type { V1Deployment } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/fakes/manual-clock.ts';
import { workload } from '../../../test/fakes/samples.ts';
import type { RemedyRequest } from '../../incidents/remedy.ts';
import { KubeError } from '../../kube/kube-error.ts';
import { restartRollout } from './restart-rollout.ts';

const sick: RemedyRequest = {
  incident: 'i1',
  policy: 'p',
  condition: 'SLOViolation',
  target: { kind: 'Pod', namespace: 'shop', name: 'a', uid: 'uid-a' },
  workload: workload(),
  reason: 'sick',
};

function deployment(annotations: Record<string, string> = {}, uid = 'deployment-1'): V1Deployment {
  const metadata = { name: 'shop-back', namespace: 'shop', uid, resourceVersion: '7', generation: 4 };
  return { metadata, spec: { selector: {}, template: { metadata: { annotations } } } };
}

function remedy(found: V1Deployment | undefined, patches: object[] = []) {
  const api = {
    readDeployment: async () => found,
    patchDeployment: async (_namespace: string, _name: string, body: object) => {
      patches.push(body);
      return { metadata: { generation: 5 } };
    },
  };
  return restartRollout(api, new ManualClock());
}

describe('restarting a rollout', () => {
  it('changes the template of exactly the version that was read, and says which generation that made', async () => {
    const patches: object[] = [];
    expect(await remedy(deployment(), patches).apply(sick)).toMatchObject({ kind: 'accepted', generation: 5 });
    expect(patches).toEqual([
      {
        metadata: { uid: 'deployment-1', resourceVersion: '7' },
        spec: { template: { metadata: { annotations: { 'healproof.dev/restarted-for': 'i1' } } } },
      },
    ]);
  });

  it('is not done a second time for the same incident', async () => {
    const patches: object[] = [];
    const done = deployment({ 'healproof.dev/restarted-for': 'i1' });
    expect(await remedy(done, patches).apply(sick)).toMatchObject({ kind: 'accepted', generation: 4 });
    expect(patches).toEqual([]);
  });

  it.each([
    ['gone', undefined],
    ['another one of the same name', deployment({}, 'deployment-2')],
  ])('is not done when the Deployment is %s', async (_title, found) => {
    const patches: object[] = [];
    expect(await remedy(found, patches).apply(sick)).toMatchObject({ kind: 'refused', refusal: 'TargetGone' });
    expect(patches).toEqual([]);
  });

  it('is not for other workloads', async () => {
    const stateful = { ...sick, workload: { ...workload(), kind: 'StatefulSet' as const } };
    expect((await remedy(deployment()).apply(stateful)).kind).toBe('inapplicable');
    expect((await remedy(deployment()).apply({ ...sick, workload: undefined })).kind).toBe('inapplicable');
  });

  it('says when the server refused it', async () => {
    const api = {
      readDeployment: () => Promise.reject(new KubeError('forbidden', { status: 403 })),
      patchDeployment: () => Promise.reject(new Error('not reached')),
    };
    expect(await restartRollout(api, new ManualClock()).apply(sick)).toMatchObject({ kind: 'failed', unsure: false });
  });
});
