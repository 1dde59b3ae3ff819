import { describe, expect, it } from 'vitest';
import { RemediationSpec } from './remediation-schema.ts';

const OF_A_POD = {
  incident: '0123456789ab',
  policy: 'shop/shop-back',
  condition: 'NotReady',
  target: { kind: 'Pod', namespace: 'shop', name: 'back-1', uid: 'uid-1', app: 'back', node: 'worker' },
  workload: { kind: 'Deployment', name: 'back', uid: 'deployment-1', generation: 1 },
  episode: 1,
  evidence: 'not Ready for 10.0 s',
  firstSeenAt: '2026-01-01T00:00:00.000Z',
  detectedAt: '2026-01-01T00:00:10.000Z',
};

describe('what a Remediation is about', () => {
  it('is a pod, as in objects that are there already', () => {
    expect(RemediationSpec.safeParse(OF_A_POD)).toMatchObject({ success: true, data: OF_A_POD });
  });

  it('or a revision of a Helm release', () => {
    const target = { kind: 'HelmRelease', namespace: 'shop', name: 'web', uid: 'uid-2', revision: 2 };
    const { workload: _, ...spec } = { ...OF_A_POD, condition: 'ReleaseFailed', target };
    expect(RemediationSpec.safeParse(spec).success).toBe(true);
  });

  it.each([
    ['of a kind nobody heals', { kind: 'Service' }],
    ['of no revision', { kind: 'HelmRelease', revision: 0 }],
    ['without a UID', { uid: '' }],
  ])('and nothing %s', (_title, changes) => {
    expect(RemediationSpec.safeParse({ ...OF_A_POD, target: { ...OF_A_POD.target, ...changes } }).success).toBe(false);
  });
});
