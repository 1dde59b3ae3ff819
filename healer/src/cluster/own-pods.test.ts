import type { V1DaemonSet, V1StatefulSet } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { seenFrom, viewDaemonSet, viewStatefulSet } from './own-pods.ts';

const HASH = 'controller-revision-hash';
const TEMPLATE = 'pod-template-generation';

type SetChanges = { readonly spec?: object; readonly status?: object; readonly generation?: number };

/** StatefulSet `data` with three replicas, rolled out. */
function statefulSet({ spec = {}, status = {}, generation = 2 }: SetChanges = {}): V1StatefulSet {
  const template = { metadata: { labels: { app: 'data' } }, spec: { containers: [] } };
  const whole = {
    observedGeneration: 2,
    replicas: 3,
    updatedReplicas: 3,
    currentRevision: 'data-1',
    updateRevision: 'data-1',
  };
  return {
    metadata: { namespace: 'shop', name: 'data', uid: 'set-1', generation },
    spec: { replicas: 3, selector: {}, serviceName: 'data', template, ...spec },
    status: { ...whole, ...status },
  };
}

/** DaemonSet `agent` on three nodes, rolled out. */
function daemonSet({ spec = {}, status = {}, generation = 2 }: SetChanges = {}): V1DaemonSet {
  const annotations = { 'deprecated.daemonset.template.generation': '2' };
  const template = { metadata: { labels: { app: 'agent' } }, spec: { containers: [] } };
  const counts = { currentNumberScheduled: 3, numberMisscheduled: 0, numberReady: 3 };
  const whole = { observedGeneration: 2, desiredNumberScheduled: 3, updatedNumberScheduled: 3, ...counts };
  return {
    metadata: { namespace: 'shop', name: 'agent', uid: 'set-2', generation, annotations },
    spec: { selector: {}, template, ...spec },
    status: { ...whole, ...status },
  };
}

const underWay = { updatedReplicas: 1, updateRevision: 'data-2' };
const onDelete = { updateStrategy: { type: 'OnDelete' } };
const partition = (count: number) => ({
  updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: count } },
});

describe('a StatefulSet seen from one of its pods', () => {
  it.each<[string, SetChanges, string, RegExp | undefined]>([
    ['at rest', {}, 'data-1', undefined],
    ['whose newest spec was not taken up yet', { generation: 3 }, 'data-1', /not taken up/],
    ['that nobody has looked at', { status: { observedGeneration: undefined } }, 'data-1', /not taken up/],
    ['under a rollout', { status: underWay }, 'data-1', /1 of 3 pods/],
    ['whose last pod is not Ready yet', { status: { updateRevision: 'data-2' } }, 'data-2', /3 of 3 pods/],
    ['below a partition, above which all is updated', { spec: partition(2), status: underWay }, 'data-1', undefined],
    ['above it', { spec: partition(2), status: underWay }, 'data-2', undefined],
    ['while pods above the partition are updated', { spec: partition(1), status: underWay }, 'data-1', /1 of 2 pods/],
    ['updated by hand, of the older revision', { spec: onDelete, status: underWay }, 'data-1', /OnDelete.*older/],
    ['updated by hand, of the newest revision', { spec: onDelete, status: underWay }, 'data-2', undefined],
    ['updated by hand and at rest', { spec: onDelete }, 'data-1', undefined],
  ])('%s', (_title, changes, revision, rollout) => {
    const facts = seenFrom(viewStatefulSet(statefulSet(changes)), { labels: { [HASH]: revision } });
    expect(facts.rollout ?? '').toMatch(rollout ?? /^$/);
    expect(facts).toMatchObject({ kind: 'StatefulSet', uid: 'set-1', desiredReplicas: 3, replaces: 'in order' });
  });

  it('makes its pods without an order where it is told so', () => {
    const view = viewStatefulSet(statefulSet({ spec: { podManagementPolicy: 'Parallel' } }));
    expect(view.facts.replaces).toBe('one at a time');
  });
});

describe('a DaemonSet seen from one of its pods', () => {
  it.each<[string, SetChanges, string, RegExp | undefined]>([
    ['at rest', {}, '2', undefined],
    ['whose newest spec was not taken up yet', { generation: 3 }, '2', /not taken up/],
    ['under a rollout', { status: { updatedNumberScheduled: 1 } }, '2', /1 of 3 nodes/],
    [
      'updated by hand, of the older revision',
      { spec: onDelete, status: { updatedNumberScheduled: 1 } },
      '1',
      /OnDelete/,
    ],
    [
      'updated by hand, of the newest revision',
      { spec: onDelete, status: { updatedNumberScheduled: 1 } },
      '2',
      undefined,
    ],
    ['updated by hand, of nobody knows which', { spec: onDelete }, '', /OnDelete/],
  ])('%s', (_title, changes, generation, rollout) => {
    const facts = seenFrom(viewDaemonSet(daemonSet(changes)), { labels: { [TEMPLATE]: generation } });
    expect(facts.rollout ?? '').toMatch(rollout ?? /^$/);
    expect(facts).toMatchObject({ kind: 'DaemonSet', desiredReplicas: 3, replaces: 'one at a time' });
  });
});
