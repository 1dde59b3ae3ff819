import { describe, expect, it } from 'vitest';
import { NOW_MS, pod, policyOf } from '../../../test/fakes/samples.ts';
import type { ContainerView } from '../../cluster/container.ts';
import type { PodView } from '../../cluster/pod.ts';
import type { Condition } from '../../policy/schema.ts';
import { classify } from './classify.ts';
import type { Observation, SloReading } from './observation.ts';

const { conditions } = policyOf({
  selector: { matchLabels: { app: 'shop-back' } },
  conditions: [
    { type: 'SLOViolation', query: 'q', threshold: '> 0.5', replicaLabel: 'replica', replicaIs: 'podIP', for: '3s' },
    { type: 'SLOAlert', alert: 'ReplicaSick', replicaLabel: 'pod', replicaIs: 'podName' },
    { type: 'NotReady', for: '10s' },
    { type: 'CrashLoop', restarts: 3 },
    { type: 'OOMLoop', restarts: 3 },
    ...['ImagePullFailure', 'StuckPending', 'StuckCreating', 'StuckTerminating', 'FailedPod'].map((type) => ({
      type,
      for: '10s',
    })),
  ],
});

function condition(type: Condition['type']): Condition {
  const found = conditions.find((each) => each.type === type);
  if (found === undefined) throw new Error(`the sample policy has no ${type}`);
  return found;
}

function sickFor(ms: number | undefined, value = 1): SloReading {
  return { kind: 'value', value, sickSinceMs: ms === undefined ? undefined : NOW_MS - ms };
}

function container(changes: Partial<ContainerView>): ContainerView {
  const rest = { waitingReason: undefined, runningSinceMs: undefined, lastEndFailed: true, lastEndReason: 'Error' };
  return { name: 'main', restarts: 3, ...rest, ...changes };
}

const readyFor = (ms: number): PodView => pod({ readyChangedAtMs: NOW_MS - ms });
const notReadyFor = (ms: number, wasReady = true): PodView =>
  pod({ ready: false, wasReady, notReadySinceMs: NOW_MS - ms });
const crashing = (changes: Partial<ContainerView>): PodView => pod({ containers: [container(changes)] });
const lasting = (stretch: keyof PodView['stretches'], ms: number, changes: Partial<PodView> = {}): PodView =>
  pod({ ready: false, phase: 'Pending', stretches: { [stretch]: NOW_MS - ms }, ...changes });
const alert = { name: 'ReplicaSick', startedAtMs: NOW_MS - 5_000 };
const oom = { waitingReason: 'CrashLoopBackOff', lastEndReason: 'OOMKilled' };
const backOff = { waitingReason: 'CrashLoopBackOff' };

type Row = [title: string, type: Condition['type'], observation: Observation, expected: object];

const ROWS: Row[] = [
  [
    'a replica without failures is healthy',
    'SLOViolation',
    { pod: pod(), slo: sickFor(undefined, 0) },
    { kind: 'healthy' },
  ],
  [
    'a replica sick for less than asked is suspect until then',
    'SLOViolation',
    { pod: pod(), slo: sickFor(2_999) },
    { kind: 'suspect', untilMs: NOW_MS + 1, sinceMs: NOW_MS - 2_999 },
  ],
  [
    'a replica sick for as long as asked is unhealthy',
    'SLOViolation',
    { pod: pod(), slo: sickFor(3_000) },
    { kind: 'unhealthy', sinceMs: NOW_MS - 3_000 },
  ],
  [
    'missing data are missing, however sick the replica was',
    'SLOViolation',
    { pod: pod(), slo: { kind: 'missing', reason: 'no answer' } },
    { kind: 'missing', reason: 'no answer' },
  ],
  ['a replica never measured is not called healthy', 'SLOViolation', { pod: pod() }, { kind: 'missing' }],
  [
    'a pod that is not Ready is the business of another condition',
    'SLOViolation',
    { pod: notReadyFor(60_000), slo: sickFor(60_000) },
    { kind: 'not-applicable' },
  ],
  [
    'samples of the pod that had this address before do not count',
    'SLOViolation',
    { pod: readyFor(9_999), slo: sickFor(60_000) },
    { kind: 'not-applicable', untilMs: NOW_MS + 1 },
  ],
  [
    'after the grace time sickness counts from its end',
    'SLOViolation',
    { pod: readyFor(12_000), slo: sickFor(60_000) },
    { kind: 'suspect', untilMs: NOW_MS + 1_000 },
  ],
  [
    'a pod being deleted is judged by nobody',
    'SLOViolation',
    { pod: pod({ terminating: true }), slo: sickFor(60_000) },
    { kind: 'not-applicable' },
  ],
  [
    'a pod that ended is judged by nobody',
    'NotReady',
    { pod: { ...notReadyFor(60_000), phase: 'Failed' } },
    { kind: 'not-applicable' },
  ],
  ['a Ready pod is healthy', 'NotReady', { pod: pod() }, { kind: 'healthy' }],
  [
    'a pod not Ready for less than asked is suspect until then',
    'NotReady',
    { pod: notReadyFor(4_000) },
    { kind: 'suspect', untilMs: NOW_MS + 6_000 },
  ],
  [
    'a pod not Ready for as long as asked is unhealthy',
    'NotReady',
    { pod: notReadyFor(10_000) },
    { kind: 'unhealthy' },
  ],
  [
    'a pod that still starts gets more time',
    'NotReady',
    { pod: notReadyFor(299_999, false) },
    { kind: 'suspect', untilMs: NOW_MS + 1 },
  ],
  [
    'a pod that never starts is unhealthy in the end',
    'NotReady',
    { pod: notReadyFor(300_000, false) },
    { kind: 'unhealthy' },
  ],
  [
    'a pod without crashes is healthy',
    'CrashLoop',
    { pod: crashing({ restarts: 0, lastEndFailed: false }) },
    { kind: 'healthy' },
  ],
  [
    'a pod in back-off after enough restarts is unhealthy',
    'CrashLoop',
    { pod: crashing(backOff) },
    { kind: 'unhealthy' },
  ],
  [
    'a pod in back-off after few restarts is suspect',
    'CrashLoop',
    { pod: crashing({ ...backOff, restarts: 2 }) },
    { kind: 'suspect' },
  ],
  [
    'a container that just came back is suspect until it has run for a while',
    'CrashLoop',
    { pod: crashing({ runningSinceMs: NOW_MS - 4_000 }) },
    { kind: 'suspect', untilMs: NOW_MS + 6_000 },
  ],
  [
    'a container that came back and stays is healthy',
    'CrashLoop',
    { pod: crashing({ runningSinceMs: NOW_MS - 10_000 }) },
    { kind: 'healthy' },
  ],
  [
    'a container restarted after an orderly end is healthy',
    'CrashLoop',
    { pod: crashing({ lastEndFailed: false, runningSinceMs: NOW_MS }) },
    { kind: 'healthy' },
  ],
  [
    'a container that failed and waits for its restart is suspect',
    'CrashLoop',
    { pod: crashing({}) },
    { kind: 'suspect', untilMs: undefined },
  ],
  [
    'a pod killed for its memory again and again is unhealthy',
    'OOMLoop',
    { pod: crashing(oom) },
    { kind: 'unhealthy' },
  ],
  [
    'a pod killed for its memory a few times is suspect',
    'OOMLoop',
    { pod: crashing({ ...oom, restarts: 2 }) },
    { kind: 'suspect' },
  ],
  [
    'a pod that crashes for another reason has memory enough',
    'OOMLoop',
    { pod: crashing(backOff) },
    { kind: 'healthy' },
  ],
  ['a replica that nobody complains about is healthy', 'SLOAlert', { pod: pod() }, { kind: 'healthy' }],
  [
    'a Ready replica with an alert about it is unhealthy',
    'SLOAlert',
    { pod: pod(), alert },
    { kind: 'unhealthy', sinceMs: NOW_MS - 5_000 },
  ],
  [
    'an alert about the pod that had this name before does not count',
    'SLOAlert',
    { pod: readyFor(9_000), alert },
    { kind: 'not-applicable', untilMs: NOW_MS + 1_000 },
  ],
  [
    'an alert about a pod not Ready is the business of others',
    'SLOAlert',
    { pod: notReadyFor(1), alert },
    { kind: 'not-applicable' },
  ],
  [
    'an image that cannot be had for less than asked is suspect until then',
    'ImagePullFailure',
    { pod: lasting('imageTrouble', 4_000) },
    { kind: 'suspect', untilMs: NOW_MS + 6_000 },
  ],
  [
    'an image that cannot be had for as long as asked is unhealthy',
    'ImagePullFailure',
    { pod: lasting('imageTrouble', 10_000) },
    { kind: 'unhealthy' },
  ],
  ['a pod with its image is healthy', 'ImagePullFailure', { pod: lasting('creating', 60_000) }, { kind: 'healthy' }],
  [
    'a pod that no node takes is unhealthy',
    'StuckPending',
    { pod: lasting('unscheduled', 10_000) },
    { kind: 'unhealthy' },
  ],
  [
    'a pod that a node has is not stuck for want of one',
    'StuckPending',
    { pod: lasting('creating', 60_000) },
    { kind: 'healthy' },
  ],
  [
    'a container that is not made is unhealthy',
    'StuckCreating',
    { pod: lasting('creating', 10_000) },
    { kind: 'unhealthy' },
  ],
  ['a pod that runs came into being', 'StuckCreating', { pod: pod() }, { kind: 'healthy' }],
  [
    'a pod in its grace period is suspect until it should be gone for as long as asked',
    'StuckTerminating',
    { pod: pod({ terminating: true, goneByMs: NOW_MS + 3_000 }) },
    { kind: 'suspect', untilMs: NOW_MS + 13_000 },
  ],
  [
    'a pod that should long be gone is unhealthy',
    'StuckTerminating',
    { pod: pod({ terminating: true, goneByMs: NOW_MS - 10_000 }) },
    { kind: 'unhealthy' },
  ],
  ['a pod that nobody deletes is not stuck', 'StuckTerminating', { pod: pod() }, { kind: 'healthy' }],
  [
    'a pod that ended in failure and stays is unhealthy',
    'FailedPod',
    { pod: lasting('failed', 10_000, { phase: 'Failed' }) },
    { kind: 'unhealthy' },
  ],
  [
    'a pod that ended in failure a moment ago is suspect',
    'FailedPod',
    { pod: lasting('failed', 1, { phase: 'Failed' }) },
    { kind: 'suspect', untilMs: NOW_MS + 9_999 },
  ],
  ['a pod that succeeded is no leftover', 'FailedPod', { pod: pod({ phase: 'Succeeded' }) }, { kind: 'healthy' }],
];

describe('classify', () => {
  it.each(ROWS)('%s (%s)', (_title, type, observation, expected) => {
    const assessment = classify(observation, condition(type), NOW_MS);
    expect(assessment).toMatchObject(expected);
    expect(assessment.reason).toMatch(/\w/);
  });
});
