import type { V1Deployment } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { describeRollout, viewDeployment, viewReplicaSet } from './workload.ts';

function deployment(status: V1Deployment['status'], generation = 2): V1Deployment {
  const whole = { observedGeneration: 2, replicas: 3, updatedReplicas: 3 };
  return {
    metadata: { name: 'back', namespace: 'shop', uid: 'u', generation },
    status: { ...whole, ...status },
  };
}

const progressing = (status: string, reason: string) => ({ conditions: [{ type: 'Progressing', status, reason }] });

describe('describeRollout', () => {
  it.each([
    ['a whole Deployment', deployment({}), undefined],
    ['one that lacks a replica', deployment({ replicas: 2, updatedReplicas: 2, availableReplicas: 1 }), undefined],
    ['one that is done', deployment(progressing('True', 'NewReplicaSetAvailable')), undefined],
    ['a spec not yet taken up', deployment({}, 3), /newest spec/],
    ['pods of two revisions', deployment({ replicas: 4, updatedReplicas: 1 }), /3 pods of an older revision/],
    ['one that progresses', deployment(progressing('True', 'ReplicaSetUpdated')), /ReplicaSetUpdated/],
    [
      'a stuck rollout',
      deployment({ replicas: 4, updatedReplicas: 1, ...progressing('False', 'ProgressDeadlineExceeded') }),
      /older revision/,
    ],
    ['one without a status', { metadata: { generation: 1 } }, /newest spec/],
  ])('of %s', (_title, object, sentence) => {
    const rollout = describeRollout(object);
    if (sentence === undefined) expect(rollout).toBeUndefined();
    else expect(rollout).toMatch(sentence);
  });
});

describe('owners', () => {
  it('of a ReplicaSet are Deployments or nobody', () => {
    const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'back', uid: 'u', controller: true };
    const owned = (changes: object) => viewReplicaSet({ metadata: { ownerReferences: [{ ...owner, ...changes }] } });
    expect(owned({}).deployment).toEqual({ kind: 'Deployment', name: 'back', uid: 'u' });
    expect(owned({ kind: 'Rollout' }).deployment).toBeUndefined();
    expect(owned({ controller: false }).deployment).toBeUndefined();
  });

  it('have one replica where the spec says nothing', () => {
    expect(viewDeployment(deployment({})).facts).toMatchObject({ key: 'shop/Deployment/back', desiredReplicas: 1 });
  });
});
