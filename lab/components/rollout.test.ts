import { expect, it } from 'vitest';
import type { KubeObject } from '../../src/ports/kube.ts';
import { missingOf } from './rollout.ts';

function object(kind: string, status: object, spec: object = {}): KubeObject {
  return { apiVersion: 'apps/v1', kind, metadata: { name: 'x', generation: 2 }, spec, status };
}
const current = { observedGeneration: 2 };
const done = { ...current, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };

it.each([
  ['a finished roll-out', object('Deployment', done, { replicas: 2 }), null],
  ['nothing wanted', object('Deployment', current, { replicas: 0 }), null],
  [
    'a spec nobody has looked at',
    object('Deployment', { ...done, observedGeneration: 1 }, { replicas: 2 }),
    'x not looked at yet',
  ],
  ['old pods that still run', object('Deployment', { ...done, replicas: 3 }, { replicas: 2 }), 'x still has old pods'],
  [
    'new pods that are not available',
    object('Deployment', { ...done, availableReplicas: 1 }, { replicas: 2 }),
    'x 1/2',
  ],
  [
    'pods that cannot be made',
    object('Deployment', { ...current, conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'quota' }] }),
    'x 0/1 (quota)',
  ],
  [
    'a daemon on every node',
    object('DaemonSet', { ...current, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 }),
    null,
  ],
  ['a daemon on no node', object('DaemonSet', { ...current, desiredNumberScheduled: 0 }), 'x 0/0'],
  [
    'an old daemon',
    object('DaemonSet', { ...current, desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberAvailable: 2 }),
    'x 1/2',
  ],
  ['a Ready node', object('Node', { conditions: [{ type: 'Ready', status: 'True' }] }), null],
  ['a silent node', object('Node', { conditions: [{ type: 'Ready', status: 'Unknown' }] }), 'x not Ready'],
  ['a node without conditions', object('Node', {}), 'x not Ready'],
])('sees %s', (_what, workload, missing) => {
  expect(missingOf(workload)).toBe(missing);
});
