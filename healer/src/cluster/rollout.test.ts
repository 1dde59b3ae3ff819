import type { V1DaemonSet, V1Deployment, V1StatefulSet } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { rollout } from '../../test/fakes/release-samples.ts';
import { isComplete, progressMark, rolloutOfDaemonSet, rolloutOfDeployment, rolloutOfStatefulSet } from './rollout.ts';

const metadata = { name: 'a', namespace: 'shop', uid: 'u', generation: 2 };
const selector = { matchLabels: { app: 'a' } };
const template = {};

describe('isComplete', () => {
  it.each([
    ['all pods are new and available', {}, true],
    ['a new pod is missing', { updated: 2 }, false],
    ['a pod is not available', { available: 2 }, false],
    ['an old pod is left', { total: 4 }, false],
    ['the spec was not taken up', { observed: false }, false],
  ])('when %s: %j is %s', (_title, changes, complete) => {
    expect(isComplete(rollout(changes))).toBe(complete);
  });

  it('moves with every pod', () => {
    const marks = [{}, { updated: 2 }, { available: 2 }, { total: 4 }, { uid: 'other' }].map((each) =>
      progressMark(rollout(each)),
    );
    expect(new Set(marks).size).toBe(marks.length);
  });
});

describe('the rollout of a Deployment', () => {
  const progressing = (reason: string) => ({
    conditions: [{ type: 'Progressing', status: 'True', reason, lastUpdateTime: new Date('2026-01-01T00:00:00Z') }],
  });
  const of = (spec: object, status: object) =>
    rolloutOfDeployment({ metadata, spec: { selector, template, ...spec }, status } as V1Deployment);

  it('reads its own deadline and what its controller says', () => {
    expect(
      of({ replicas: 3, progressDeadlineSeconds: 60 }, { observedGeneration: 2, ...progressing('ReplicaSetUpdated') }),
    ).toMatchObject({
      observed: true,
      desired: 3,
      progressDeadlineMs: 60_000,
      progressedAtMs: Date.parse('2026-01-01T00:00:00Z'),
      deadlineExceeded: false,
      wasComplete: false,
    });
    expect(of({}, progressing('ProgressDeadlineExceeded'))).toMatchObject({ deadlineExceeded: true, observed: false });
    expect(of({}, progressing('NewReplicaSetAvailable'))).toMatchObject({ wasComplete: true });
  });

  it('is on hold when it is paused or scaled to nothing', () => {
    expect(of({ paused: true }, {})).toMatchObject({ onHold: true });
    expect(of({ replicas: 0 }, {})).toMatchObject({ onHold: true });
    expect(of({}, {})).toMatchObject({ onHold: false, desired: 1 });
  });
});

describe('the rollout of a StatefulSet', () => {
  const of = (spec: object, status: object) =>
    rolloutOfStatefulSet({
      metadata,
      spec: { selector, template, serviceName: 'a', ...spec },
      status,
    } as V1StatefulSet);

  it('knows the newest revision by its name', () => {
    const status = {
      observedGeneration: 2,
      replicas: 2,
      updatedReplicas: 1,
      availableReplicas: 2,
      updateRevision: 'a-2',
      currentRevision: 'a-1',
    };
    expect(of({ replicas: 2 }, status)).toMatchObject({
      updated: 1,
      newest: { label: 'controller-revision-hash', value: 'a-2' },
      progressDeadlineMs: undefined,
    });
  });

  it('is complete, too, when its controller no longer counts updated pods', () => {
    const status = {
      observedGeneration: 2,
      replicas: 1,
      availableReplicas: 1,
      updateRevision: 'a-1',
      currentRevision: 'a-1',
    };
    expect(isComplete(of({}, status))).toBe(true);
  });

  it.each([{ type: 'OnDelete' }, { type: 'RollingUpdate', rollingUpdate: { partition: 1 } }])(
    'is on hold with %j',
    (updateStrategy) => {
      expect(of({ updateStrategy }, {})).toMatchObject({ onHold: true });
    },
  );
});

describe('the rollout of a DaemonSet', () => {
  it('counts the nodes that it should be on, and knows its newest pods', () => {
    const annotations = { 'deprecated.daemonset.template.generation': '3' };
    const status = {
      observedGeneration: 2,
      desiredNumberScheduled: 3,
      updatedNumberScheduled: 3,
      numberAvailable: 3,
      currentNumberScheduled: 3,
    };
    const seen = rolloutOfDaemonSet({
      metadata: { ...metadata, annotations },
      spec: { selector, template },
      status,
    } as unknown as V1DaemonSet);
    expect(isComplete(seen)).toBe(true);
    expect(seen.newest).toEqual({ label: 'pod-template-generation', value: '3' });
  });
});
