import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { incidentId } from '../../src/incidents/incident.ts';
import { pause } from '../../src/kube/pause.ts';
import type { RemediationStatus } from '../../src/policy/remediation-schema.ts';
import { remediationName } from '../../src/remediations/view.ts';
import { otlpTraces } from '../../src/telemetry/otlp.ts';
import { FakeChannel } from '../fakes/fake-channel.ts';
import { FakeHelm, SECRETS } from '../fakes/fake-helm.ts';
import { POLICIES, REMEDIATIONS, TestLab } from '../fakes/lab.ts';
import { deploymentManifest, type ReleaseSample } from '../fakes/release-secrets.ts';
import { SLACK } from '../fakes/slack-config.ts';
import type { StoredObject } from '../fakes/stored-object.ts';
import { attributesOf, TraceReceiver } from '../fakes/trace-receiver.ts';

const RELEASE = 'web';
const SPEC = {
  selector: { matchLabels: { app: 'back' } },
  conditions: [{ type: 'NotReady', for: '10m', startup: '10m' }],
  limits: { cooldown: '1ms', budget: { actions: 9, per: '10m' }, verifyWithin: '30s' },
  helm: { failedFor: '1ms', pendingStaleAfter: '1ms', readyWithin: '10m' },
};
const uidOf = (revision: number): string => `uid-${RELEASE}-${revision}`;
const idOf = (revision: number, condition: 'ReleaseFailed' | 'ReleasePending', episode = 1): string =>
  incidentId(uidOf(revision), condition, episode);
/** Far longer than it takes, on a machine with other work. */
const SOON = { timeout: 25_000 };
/** Helm reads and renders before it writes. */
const BEGINNING_MS = 1_500;
const LONG_AGO = '2026-01-01T00:00:00.000Z';

describe('a sick release and its Remediation', () => {
  let lab: TestLab;
  let helm: FakeHelm;

  beforeEach(() => {
    lab = new TestLab();
    helm = new FakeHelm(lab.server);
    lab.putPolicy(SPEC);
    lab.putDeployment({ availableReplicas: 3 });
    write(1, { status: 'deployed' });
    write(2, { status: 'failed', description: 'Upgrade "web" failed' });
  });
  afterEach(() => lab.stop());

  function write(revision: number, sample: ReleaseSample): void {
    helm.write({ release: RELEASE, manifest: deploymentManifest('back', `shop:${revision}`), ...sample, revision });
  }

  /** What a holder left behind that is no more. */
  function leave(status: Partial<RemediationStatus>, revision = 2, episode = 1): void {
    const id = idOf(revision, 'ReleaseFailed', episode);
    const target = { kind: 'HelmRelease', namespace: 'shop', name: RELEASE, uid: uidOf(revision), revision };
    const spec = { incident: id, policy: 'shop/shop-back', condition: 'ReleaseFailed', target, episode };
    lab.server.put(REMEDIATIONS, {
      metadata: { namespace: 'shop', name: remediationName(id) },
      spec: { ...spec, evidence: 'failed', firstSeenAt: LONG_AGO, detectedAt: LONG_AGO },
      status: { holder: 'healer-of-before', reason: 'failed', ...status },
    });
  }

  const start = (podName = 'healer-0') => lab.startHealer({ podName }, { helm });
  const one = (id: string): StoredObject | undefined =>
    lab.remediations().find(({ metadata }) => metadata.name === remediationName(id));
  const phaseOf = (id: string): unknown => Object(one(id)?.status).phase;
  const acting = { phase: 'Acting', action: 'RollbackRelease', decidedAt: LONG_AGO } as const;

  describe('and what people are told of it', () => {
    const told = (channel: FakeChannel): unknown[] => {
      const about = channel.taken.filter(({ facts }) => facts.incident === idOf(2, 'ReleaseFailed'));
      return about.map(({ facts }) => facts.transition);
    };
    const noted = (): unknown => Object(one(idOf(2, 'ReleaseFailed'))?.status).notified;

    it('is each step once, noted on the Remediation', async () => {
      const channel = new FakeChannel();
      await lab.startHealer({ slack: SLACK }, { helm, channel });
      await expect.poll(noted, SOON).toEqual(['opened', 'acted', 'resolved']);
      expect(told(channel)).toEqual(['opened', 'acted', 'resolved']);
      expect(channel.taken[1]?.facts).toMatchObject({ namespace: 'shop', name: RELEASE, kind: 'HelmRelease' });
    });

    it('goes on where the replica before it stopped', async () => {
      leave({ ...acting, phase: 'Acted', actedAt: LONG_AGO, notified: ['opened'] });
      const channel = new FakeChannel();
      await lab.startHealer({ slack: SLACK }, { helm, channel });
      // Sooner than a look back at what has ended.
      await expect.poll(() => told(channel), { timeout: 6_000 }).toContain('acted');
      expect(told(channel)).not.toContain('opened');
    });
  });

  it('is claimed before helm is started, and tells what was done and that it helped', async () => {
    const rollback = helm.rollback.bind(helm);
    let before: unknown;
    helm.rollback = (address, revision) => {
      before = one(idOf(2, 'ReleaseFailed'))?.status;
      return rollback(address, revision);
    };
    await start();
    await expect.poll(() => phaseOf(idOf(2, 'ReleaseFailed')), SOON).toBe('Resolved');
    expect(before).toMatchObject({ phase: 'Acting', action: 'RollbackRelease', attempts: 1 });
    expect(helm.calls).toEqual(['rollback shop/web 1']);
    expect(one(idOf(2, 'ReleaseFailed'))).toMatchObject({
      spec: {
        condition: 'ReleaseFailed',
        target: { kind: 'HelmRelease', namespace: 'shop', name: 'web', uid: uidOf(2), revision: 2 },
      },
      status: {
        action: 'RollbackRelease',
        outcome: 'helped',
        generation: 3,
        reason: expect.stringMatching(/rolled out/),
      },
    });
    expect(lab.remediations()).toHaveLength(1);
    expect(lab.records().map(({ stage }) => stage)).toEqual(['detected', 'acted', 'resolved']);
  });

  it('is one trace at a collector, with the id that its Events and its Remediation have', async () => {
    const receiver = new TraceReceiver();
    await receiver.start();
    const traces = otlpTraces('healer-0');
    try {
      await lab.startHealer({}, { helm, traces });
      await lab.record('resolved');
      await traces.stop();
    } finally {
      receiver.stop();
    }
    expect(receiver.spans.map(({ name }) => name)).toEqual(['healer detected', 'healer acted', 'healer resolved']);
    expect(new Set(receiver.spans.map(({ traceId }) => traceId)).size).toBe(1);
    const told = lab.records().map(({ incident, stage }) => ({ 'healer.incident': incident, 'healer.stage': stage }));
    expect(receiver.spans.map(attributesOf)).toMatchObject(told);
    expect(told.map((each) => each['healer.incident'])).toEqual(told.map(() => idOf(2, 'ReleaseFailed')));
    const rollback = { 'healer.action': 'RollbackRelease', 'healer.release.name': RELEASE };
    expect(receiver.spans.map(attributesOf)[1]).toMatchObject(rollback);
  });

  it.each<[string, (it: TestLab) => void]>([
    ['cannot be made', ({ server }) => (server.intercept = refusing('POST', /remediations$/))],
    [
      'cannot be brought up to date',
      ({ server }) => (server.intercept = refusing('PUT', /remediations\/[^/]+\/status$/)),
    ],
  ])('keeps helm from being started when it %s', async (_title, hinder) => {
    hinder(lab);
    await start();
    expect(await lab.record('refused', 'NoClaim')).toMatchObject({ target: { kind: 'HelmRelease', name: 'web' } });
    expect(helm.calls).toEqual([]);
    lab.server.intercept = () => undefined;
    await expect.poll(() => phaseOf(idOf(2, 'ReleaseFailed')), SOON).toBe('Resolved');
    expect(helm.calls).toHaveLength(1);
  });

  it('is gone on with under the same id when the holder died before helm did anything', async () => {
    leave(acting);
    await start();
    await expect.poll(() => phaseOf(idOf(2, 'ReleaseFailed')), SOON).toBe('Resolved');
    expect(helm.calls).toEqual(['rollback shop/web 1']);
    expect(lab.remediations()).toHaveLength(1);
  });

  it('is not acted on again when the helm of the holder before only begins now', async () => {
    leave(acting);
    await start();
    const isHeld = (): boolean => Object(one(idOf(2, 'ReleaseFailed'))?.status).holder === 'healer-of-before';
    await lab.announced('PolicyLoaded');
    await pause(BEGINNING_MS, new AbortController().signal);
    expect(isHeld()).toBe(true);
    write(1, { status: 'superseded' });
    write(3, { status: 'deployed', description: 'Rollback to 1' });
    await expect.poll(() => phaseOf(idOf(2, 'ReleaseFailed')), SOON).toBe('Resolved');
    expect(helm.calls).toEqual([]);
  });

  it('is not acted on again when the holder died after helm was done', async () => {
    leave(acting);
    write(1, { status: 'superseded' });
    write(3, { status: 'deployed', description: 'Rollback to 1' });
    await start();
    await expect.poll(() => phaseOf(idOf(2, 'ReleaseFailed')), SOON).toBe('Resolved');
    expect(one(idOf(2, 'ReleaseFailed'))?.status).toMatchObject({ outcome: 'helped', generation: 3 });
    expect(helm.calls).toEqual([]);
    expect(lab.records().map(({ stage }) => stage)).toEqual(['acted', 'resolved']);
  });

  it('is verified by whoever comes after the one that acted', async () => {
    leave({ ...acting, phase: 'Acted', actedAt: new Date().toISOString(), generation: 3 });
    write(1, { status: 'superseded' });
    write(3, { status: 'deployed', description: 'Rollback to 1' });
    await start();
    await expect.poll(() => phaseOf(idOf(2, 'ReleaseFailed')), SOON).toBe('Resolved');
    expect(helm.calls).toEqual([]);
    expect(lab.records().map(({ stage }) => stage)).toEqual(['resolved']);
  });

  it('has failed when helm was killed half-way, and the half-made rollback is an incident of its own', async () => {
    leave(acting);
    write(3, { status: 'pending-rollback', description: 'Rollback to 1' });
    await start();
    await expect.poll(() => phaseOf(idOf(3, 'ReleasePending')), SOON).toBe('Resolved');
    expect(phaseOf(idOf(2, 'ReleaseFailed'))).toBe('Failed');
    expect(helm.calls).toEqual(['rollback shop/web 1']);
  });

  it('is waited for while helm may still be at work', async () => {
    lab.putPolicy({ ...SPEC, helm: { ...SPEC.helm, pendingStaleAfter: '10m' } });
    leave(acting);
    write(3, { status: 'pending-rollback', description: 'Rollback to 1', changedAt: new Date().toISOString() });
    await start();
    await lab.announced('PolicyLoaded');
    await expect
      .poll(() => lab.server.requests.filter(({ path }) => path.endsWith('/leases')).length, SOON)
      .toBeGreaterThan(3);
    expect(phaseOf(idOf(2, 'ReleaseFailed'))).toBe('Acting');
    write(3, { status: 'deployed', description: 'Rollback to 1', changedAt: new Date().toISOString() });
    await expect.poll(() => phaseOf(idOf(2, 'ReleaseFailed')), SOON).toBe('Resolved');
    expect(helm.calls).toEqual([]);
  });

  it('ends without a claim to the merit when its user wrote the newer revision', async () => {
    leave(acting);
    write(1, { status: 'superseded' });
    write(3, { status: 'deployed', description: 'Upgrade complete' });
    await start();
    await expect.poll(() => phaseOf(idOf(2, 'ReleaseFailed')), SOON).toBe('Resolved');
    expect(one(idOf(2, 'ReleaseFailed'))?.status).toMatchObject({ outcome: 'none' });
    expect(helm.calls).toEqual([]);
  });

  it.each<[string, () => void, string]>([
    ['its policy', () => lab.server.remove(POLICIES, 'shop/shop-back'), 'no policy'],
    [
      'the release',
      () => [1, 2].map((n) => lab.server.remove(SECRETS, `shop/sh.helm.release.v1.web.v${n}`)),
      'is gone',
    ],
  ])('ends with %s', async (_title, remove, reason) => {
    leave(acting);
    remove();
    await start();
    await expect.poll(() => phaseOf(idOf(2, 'ReleaseFailed')), SOON).toBe('Resolved');
    expect(one(idOf(2, 'ReleaseFailed'))?.status).toMatchObject({
      outcome: 'none',
      reason: expect.stringContaining(reason),
    });
    expect(helm.calls).toEqual([]);
  });

  it('is obsolete when the release goes before anything was done', async () => {
    leave({ phase: 'Refused', refusal: 'Paused' });
    for (const number of [1, 2]) lab.server.remove(SECRETS, `shop/sh.helm.release.v1.web.v${number}`);
    await start();
    await expect.poll(() => phaseOf(idOf(2, 'ReleaseFailed')), SOON).toBe('Obsolete');
    expect(await lab.record('refused', 'TargetGone')).toMatchObject({ reason: 'the release is gone' });
    expect(helm.calls).toEqual([]);
  });

  it('is not given up a second time after a restart', async () => {
    lab.server.remove(SECRETS, 'shop/sh.helm.release.v1.web.v2');
    const rounds = [2, 3, 4].map((n) => [n, { status: 'superseded', description: `Rollback to 1` }] as const);
    for (const [number, sample] of rounds) write(number, sample);
    write(5, { status: 'failed', description: 'Rollback "web" failed' });
    leave({ phase: 'GaveUp', outcome: 'failed', endedAt: LONG_AGO }, 5);
    await start();
    await lab.announced('PolicyLoaded');
    await expect
      .poll(() => lab.server.requests.filter(({ path }) => path.endsWith('/leases')).length, SOON)
      .toBeGreaterThan(3);
    expect(lab.remediations()).toHaveLength(1);
    expect(lab.records()).toEqual([]);
    expect(helm.calls).toEqual([]);
  });

  it('is healed beside a Secret that would fill the memory, which is counted and told of', async () => {
    const bytes = gzipSync(`[${'{},'.repeat(2_000_000)}0]`, { level: 9 }).toString('base64');
    const metadata = { namespace: 'shop', name: 'sh.helm.release.v1.evil.v1', uid: 'uid-evil' };
    const data = { release: Buffer.from(bytes).toString('base64') };
    lab.server.put(SECRETS, { metadata, type: 'helm.sh/release.v1', data });
    const { healer, metrics } = await start();
    await expect.poll(() => phaseOf(idOf(2, 'ReleaseFailed')), SOON).toBe('Resolved');
    expect(await lab.announced('ReleaseUnreadable')).toMatchObject({
      regarding: { kind: 'Secret', namespace: 'shop', name: 'sh.helm.release.v1.evil.v1' },
      note: expect.stringMatching(/is ignored: it is too large/),
    });
    expect((await metrics.unreadableReleases.get()).values).toMatchObject([{ value: 1 }]);
    expect(healer.dead()).toBeUndefined();
  });

  it('is acted on once by two replicas', async () => {
    await start('healer-0');
    await start('healer-1');
    await expect.poll(() => phaseOf(idOf(2, 'ReleaseFailed')), SOON).toBe('Resolved');
    expect(helm.calls).toHaveLength(1);
    expect(lab.remediations()).toHaveLength(1);
  });

  it('waits while evictions have used up what all policies may do together', async () => {
    const buckets = { cluster: { actions: 1, perMs: 600_000 }, namespace: { actions: 9, perMs: 600_000 } };
    const eviction = { phase: 'Acted', action: 'EvictPod', decidedAt: new Date().toISOString(), outcome: 'helped' };
    lab.server.put(REMEDIATIONS, {
      metadata: { namespace: 'shop', name: 'r-eviction' },
      spec: {
        incident: 'eviction',
        policy: 'another',
        condition: 'NotReady',
        target: { kind: 'Pod', namespace: 'shop', name: 'z', uid: 'uid-z' },
        episode: 1,
        evidence: 'e',
        firstSeenAt: LONG_AGO,
        detectedAt: LONG_AGO,
      },
      status: { holder: 'h', reason: 'r', ...eviction, phase: 'Resolved' },
    });
    await lab.startHealer({ buckets }, { helm });
    expect(await lab.record('refused', 'GlobalBudget')).toMatchObject({ target: { kind: 'HelmRelease' } });
    await expect.poll(() => phaseOf(idOf(2, 'ReleaseFailed')), SOON).toBe('Refused');
    expect(helm.calls).toEqual([]);
  });
});

function refusing(method: string, path: RegExp): TestLab['server']['intercept'] {
  const body = { kind: 'Status', code: 403, message: 'forbidden' };
  return (request) => (request.method === method && path.test(request.path) ? { status: 403, body } : undefined);
}
