import type { HealerRecord } from '../../src/names.ts';
import type { Notice } from '../../src/notifications/notice.ts';
import type { RemediationSpec, RemediationStatus } from '../../src/policy/remediation-schema.ts';
import { type RemediationView, remediationName, toTime } from '../../src/remediations/view.ts';
import { NOW_MS } from './samples.ts';

export function record(changes: Partial<HealerRecord> = {}): HealerRecord {
  return {
    incident: 'abc123',
    stage: 'detected',
    policy: 'shop/shop-back',
    condition: 'NotReady',
    target: { kind: 'Pod', namespace: 'shop', name: 'back-1', uid: 'uid-1', node: 'worker' },
    reason: 'not Ready for 5.0 s',
    detectedAtMs: NOW_MS,
    recordedAtMs: NOW_MS,
    ...changes,
  };
}

export function notice(changes: Partial<Notice> = {}): Notice {
  const evidence = 'not Ready for 5.0 s';
  return {
    transition: 'opened',
    owner: 'deployment-1',
    firstSeenMs: NOW_MS - 5_000,
    evidence,
    record: record(),
    ...changes,
  };
}

/** A Remediation of that incident. */
export function view(status: Partial<RemediationStatus> | undefined): RemediationView {
  const spec: RemediationSpec = {
    incident: 'abc123',
    policy: 'shop/shop-back',
    condition: 'NotReady',
    target: { kind: 'Pod', namespace: 'shop', name: 'back-1', uid: 'uid-1' },
    workload: { kind: 'Deployment', name: 'back', uid: 'deployment-1', generation: 1 },
    episode: 1,
    evidence: 'not Ready for 5.0 s',
    firstSeenAt: toTime(NOW_MS - 5_000),
    detectedAt: toTime(NOW_MS),
  };
  const whole: RemediationStatus = { phase: 'Detected', holder: 'healer-0', reason: 'newest', ...status };
  return {
    namespace: 'shop',
    name: remediationName('abc123'),
    uid: 'r-uid',
    resourceVersion: '1',
    createdAtMs: NOW_MS,
    spec,
    status: status === undefined ? undefined : whole,
  };
}
