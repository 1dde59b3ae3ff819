import { describe, expect, it } from 'vitest';
import { revision, rollout, workload } from '../../../test/fakes/release-samples.ts';
import { NOW_MS } from '../../../test/fakes/samples.ts';
import type { RolloutView } from '../../cluster/rollout.ts';
import { HelmRules } from '../../policy/helm-conditions.ts';
import type { ReleaseStatus } from '../secrets/release.ts';
import { classifyRelease } from './classify.ts';
import type { WorkloadReading } from './workload-reading.ts';

const rules = HelmRules.parse({ readyWithin: '60s', pendingStaleAfter: '5m', failedFor: '15s', stalledAfter: '2m' });

function reading(changes: Partial<RolloutView>, more: Partial<WorkloadReading> = {}): WorkloadReading {
  return { workload: workload(), rollout: rollout(changes), movedAtMs: NOW_MS - 200_000, newPods: [], ...more };
}

const stuck = { updated: 1, available: 3, total: 4, wasComplete: false };
const crashing = (waitingReason: string) => [
  {
    name: 'new',
    containers: [
      {
        name: 'shop',
        restarts: 3,
        waitingReason,
        runningSinceMs: undefined,
        lastEndFailed: true,
        lastEndReason: undefined,
      },
    ],
  },
];

function judge(ageMs: number, workloads: readonly WorkloadReading[], knownGood = false) {
  const latest = revision({ createdAtMs: NOW_MS - ageMs, changedAtMs: NOW_MS - ageMs });
  return classifyRelease({ latest, knownGood, workloads }, rules, NOW_MS);
}

describe('a release that is pending or failed', () => {
  it.each([
    ['pending-upgrade', 299_000, 'suspect', undefined],
    ['pending-upgrade', 301_000, 'unhealthy', 'ReleasePending'],
    ['pending-install', 301_000, 'unhealthy', 'ReleasePending'],
    ['pending-rollback', 301_000, 'unhealthy', 'ReleasePending'],
    ['failed', 14_000, 'suspect', undefined],
    ['failed', 16_000, 'unhealthy', 'ReleaseFailed'],
    ['uninstalling', 900_000, 'healthy', undefined],
    ['superseded', 900_000, 'healthy', undefined],
  ] as const)('%s for %i ms is %s', (status: ReleaseStatus, ageMs, kind, condition) => {
    const latest = revision({ status, createdAtMs: NOW_MS - ageMs, changedAtMs: NOW_MS - ageMs });
    const assessment = classifyRelease({ latest, knownGood: false, workloads: [] }, rules, NOW_MS);
    expect(assessment).toMatchObject({ kind, ...(condition === undefined ? {} : { condition }) });
  });

  it('is looked at again exactly when the time is over', () => {
    const latest = revision({ status: 'failed', createdAtMs: 0, changedAtMs: NOW_MS - 5_000 });
    const assessment = classifyRelease({ latest, knownGood: false, workloads: [] }, rules, NOW_MS);
    expect(assessment).toMatchObject({ kind: 'suspect', untilMs: NOW_MS + 10_000 });
  });

  it('counts from the last change, so that a client that still writes is not taken for dead', () => {
    const latest = revision({ status: 'pending-upgrade', createdAtMs: NOW_MS - 900_000, changedAtMs: NOW_MS - 1_000 });
    expect(classifyRelease({ latest, knownGood: false, workloads: [] }, rules, NOW_MS).kind).toBe('suspect');
  });
});

describe('a deployed release', () => {
  it('is whole when its rollout is complete', () => {
    expect(judge(1_000, [reading({})])).toMatchObject({ kind: 'healthy', whole: true });
  });

  it('is unhealthy after its deadline when new pods crash, although old ones still serve', () => {
    const assessment = judge(61_000, [reading(stuck, { newPods: crashing('CrashLoopBackOff') })]);
    expect(assessment).toMatchObject({ kind: 'unhealthy', condition: 'ReleaseUnready' });
    expect(assessment.reason).toMatch(/1 of 3 pods .* are new, 3 are available.*CrashLoopBackOff after 3 restarts/);
  });

  it.each(['ImagePullBackOff', 'ErrImagePull', 'CreateContainerConfigError'])(
    'is unhealthy when new pods are in %s',
    (waiting) => {
      expect(judge(61_000, [reading(stuck, { newPods: crashing(waiting) })]).kind).toBe('unhealthy');
    },
  );

  it('has until its deadline, also when it looks broken', () => {
    const assessment = judge(59_000, [reading(stuck, { newPods: crashing('CrashLoopBackOff') })]);
    expect(assessment).toMatchObject({ kind: 'suspect', untilMs: NOW_MS + 1_000 });
  });

  it('is only slow while its Deployment has time left by its own deadline', () => {
    const assessment = judge(500_000, [
      reading({ ...stuck, progressDeadlineMs: 600_000, progressedAtMs: NOW_MS - 500_000 }),
    ]);
    expect(assessment).toMatchObject({ kind: 'suspect' });
    expect(assessment.reason).toMatch(/slow, but not broken/);
  });

  it('is unhealthy when the Deployment itself says that its deadline has passed', () => {
    expect(judge(61_000, [reading({ ...stuck, deadlineExceeded: true })]).kind).toBe('unhealthy');
  });

  it.each([
    [119_000, 'suspect'],
    [121_000, 'unhealthy'],
  ])('a StatefulSet that has not moved for %i ms is %s', (stillMs, kind) => {
    const own = { kind: 'StatefulSet', progressDeadlineMs: undefined, wasComplete: undefined } as const;
    const assessment = judge(300_000, [reading({ ...stuck, ...own }, { movedAtMs: NOW_MS - stillMs })]);
    expect(assessment.kind).toBe(kind);
  });

  it('is not judged by a workload that is not there', () => {
    expect(judge(61_000, [reading({}, { rollout: undefined })])).toMatchObject({ kind: 'missing' });
  });

  it('is unhealthy when one workload is broken, whatever is not known of another', () => {
    const broken = reading(stuck, { newPods: crashing('CrashLoopBackOff') });
    expect(judge(61_000, [reading({}, { rollout: undefined }), broken]).kind).toBe('unhealthy');
  });

  it('that was whole once is left alone when its pods get sick later', () => {
    const sick = reading({ available: 1 }, { newPods: crashing('CrashLoopBackOff') });
    expect(judge(900_000, [sick], true)).toMatchObject({ kind: 'healthy', whole: false });
  });

  it('whose Deployment was rolled out before the healer came is left alone, and proves nothing', () => {
    expect(judge(900_000, [reading({ available: 1, wasComplete: true })])).toMatchObject({
      kind: 'healthy',
      whole: false,
    });
  });

  it('is still being rolled out when old pods are left, whatever mark an earlier rollout left', () => {
    const again = { updated: 1, total: 4, wasComplete: true };
    expect(judge(61_000, [reading(again, { newPods: crashing('CrashLoopBackOff') })]).kind).toBe('unhealthy');
  });

  it('is not proven by workloads on hold or by none at all', () => {
    expect(judge(61_000, [reading({ onHold: true })])).toMatchObject({ kind: 'healthy', whole: false });
    expect(judge(61_000, [])).toMatchObject({ kind: 'healthy', whole: false });
  });

  it('is still being rolled out while the controller has not seen the newest spec', () => {
    expect(judge(1_000, [reading({ observed: false, wasComplete: true })]).kind).toBe('suspect');
  });
});
