import { Registry } from 'prom-client';
import { beforeEach, describe, expect, it } from 'vitest';
import { LABELS } from '../../healer/src/names.ts';
import { KubernetesError } from '../../src/errors.ts';
import { LAB_LEASE } from '../../src/experiment/cluster-records/lab-lease.ts';
import { LeaseWatch } from '../../src/experiment/cluster-records/lease-watch.ts';
import { DEAD_MAN } from '../../src/experiment/cluster-records/undo.ts';
import type { KubeObject } from '../../src/ports/kube.ts';
import { LeaseHold } from '../../src/runner/lease/lease-hold.ts';
import { FakeClock } from '../../test/fakes/fake-clock.ts';
import { FakeKube } from '../../test/fakes/fake-kube.ts';
import { Janitor } from './janitor.ts';
import type { RevertReport } from './report.ts';
import { VitalSigns } from './vital-signs.ts';

const RUN = 'run-1';
const { namespace } = DEAD_MAN;
const LEASE_KEY = `Lease/${namespace}/${LAB_LEASE.name}`;
const SECRET_KEY = `Secret/${namespace}/${DEAD_MAN.undoSecret(RUN)}`;

let kube: FakeKube;
let clock: FakeClock;
let signs: VitalSigns;
let janitor: Janitor;
let stop: AbortController;
beforeEach(() => {
  kube = new FakeKube();
  clock = new FakeClock();
  signs = new VitalSigns(new Registry(), clock);
  stop = new AbortController();
  janitor = newJanitor();
});

function newJanitor(): Janitor {
  return new Janitor({ kube, clock, signal: stop.signal, log: () => undefined }, signs);
}

function lease(holderIdentity: string, annotations: Record<string, string> = {}): KubeObject {
  const spec = { holderIdentity, leaseDurationSeconds: 10, renewTime: '2026-01-01T00:00:00.000000Z' };
  const metadata = { namespace, name: LAB_LEASE.name, annotations };
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec };
}

/** What run-1 left behind: a namespace, and the record of how to take it back. */
function leftovers(): KubeObject[] {
  const labels = { [LABELS.run]: RUN };
  const ref = { apiVersion: 'v1', kind: 'Namespace', name: 'shop' };
  const record = { op: 'delete', sequence: 1, ref, waitGone: true, isFault: false, targets: [] };
  const data = { '000001.json': Buffer.from(JSON.stringify(record)).toString('base64') };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } },
    { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name: DEAD_MAN.undoSecret(RUN), labels }, data },
  ];
}

function holder(): unknown {
  return (kube.objects.get(LEASE_KEY)?.spec as { holderIdentity?: string } | undefined)?.holderIdentity;
}

function report(): RevertReport {
  const data = kube.objects.get(`ConfigMap/${namespace}/healproof-janitor-${RUN}`)?.data as Record<string, string>;
  return JSON.parse(data['report.json'] ?? '') as RevertReport;
}

async function lookAfter(ms: number): Promise<void> {
  await clock.sleep(ms);
  await janitor.look();
}

describe('Janitor', () => {
  it('keeps still while the run renews its lease', async () => {
    kube.seed(...leftovers());
    for (let i = 0; i < 10; i += 1) {
      kube.seed({ ...lease(RUN), spec: { holderIdentity: RUN, leaseDurationSeconds: 10, renewTime: `t${i}` } });
      await lookAfter(8_000);
    }
    expect(kube.objects.has('Namespace/shop')).toBe(true);
    expect(holder()).toBe(RUN);
  });

  it('reverts a run that stopped renewing, reports it, and gives the lab back', async () => {
    kube.seed(lease(RUN), ...leftovers());
    await janitor.look();
    await lookAfter(9_000);
    expect(kube.objects.has('Namespace/shop')).toBe(true);

    await lookAfter(2_000);

    expect(kube.objects.has('Namespace/shop')).toBe(false);
    expect(kube.objects.has(SECRET_KEY)).toBe(false);
    expect(holder()).toBe('');
    expect(report()).toMatchObject({ runId: RUN, state: 'done', attempts: 1, errors: [] });
    expect(report().actions.map((line) => line.message)).toEqual(['delete Namespace shop']);
  });

  it('takes the lease before it touches anything', async () => {
    kube.seed(lease(RUN), ...leftovers());
    await janitor.look();
    await lookAfter(11_000);
    const taken = kube.calls.indexOf(`replace ${LEASE_KEY}`);
    expect(taken).toBeGreaterThan(-1);
    expect(kube.calls.findIndex((call) => call.startsWith('remove'))).toBeGreaterThan(taken);
  });

  it('leaves a run alone that renewed between the look and the grasp', async () => {
    kube.seed(lease(RUN), ...leftovers());
    await janitor.look();
    kube.trouble = (call) => {
      if (call === `replace ${LEASE_KEY}`) kube.seed(lease(RUN));
      return null;
    };
    await lookAfter(11_000);
    expect(holder()).toBe(RUN);
    expect(kube.objects.has('Namespace/shop')).toBe(true);
  });

  it('does not give up: it tries until nothing is left, and tells what was in the way', async () => {
    kube.seed(lease(RUN), ...leftovers());
    let refusals = 7;
    kube.trouble = (call) => {
      if (call !== 'remove Namespace/shop' || refusals === 0) return null;
      refusals -= 1;
      return new KubernetesError('forbidden', 403);
    };
    await janitor.look();
    await lookAfter(11_000);
    expect(kube.objects.has('Namespace/shop')).toBe(false);
    expect(report().state).toBe('done');
    expect(report().attempts).toBeGreaterThan(3);
    expect(report().errors[0]?.message).toContain('forbidden');
  });

  it('holds the lab as long as something of the run is left', async () => {
    kube.seed(lease(RUN), ...leftovers());
    kube.trouble = (call) => (call === 'remove Namespace/shop' ? new KubernetesError('forbidden', 403) : null);
    await janitor.look();
    const work = lookAfter(11_000);
    await clock.sleep(300_000);
    expect(holder()).toBe('janitor');
    expect(report().state).toBe('working');
    expect(signs.isReady()).toBe(true);
    stop.abort(new Error('SIGTERM'));
    await expect(work).rejects.toThrow('SIGTERM');
  });

  it('goes on after its own restart without waiting for any lease to expire', async () => {
    kube.seed(lease('janitor', { [LABELS.run]: RUN }), ...leftovers());
    await newJanitor().look();
    expect(kube.objects.has('Namespace/shop')).toBe(false);
    expect(holder()).toBe('');
  });

  it('survives a stop in the middle of a revert', async () => {
    kube.seed(lease(RUN), ...leftovers());
    kube.trouble = (call) => (call === 'remove Namespace/shop' ? new KubernetesError('busy', 500) : null);
    await janitor.look();
    const work = lookAfter(11_000);
    await clock.sleep(15_000);
    stop.abort(new Error('SIGTERM'));
    await expect(work).rejects.toThrow('SIGTERM');
    expect(holder()).toBe('janitor');

    stop = new AbortController();
    kube.trouble = () => null;
    await newJanitor().look();
    expect(kube.objects.has('Namespace/shop')).toBe(false);
    expect(holder()).toBe('');
  });

  it('goes on at once with what a run has left to it', async () => {
    kube.seed(...leftovers());
    const run = new LeaseHold(kube, clock, { by: 'run', runId: RUN });
    await run.take(null);
    await run.handOver();
    await janitor.look();
    expect(kube.objects.has('Namespace/shop')).toBe(false);
    expect(holder()).toBe('');
  });

  it('gives back a lease in its own name with nothing to revert', async () => {
    kube.seed(lease('janitor'));
    await janitor.look();
    expect(holder()).toBe('');
  });

  it('finishes a run that gave the lab back and left its undo records', async () => {
    kube.seed(lease(''), ...leftovers());
    await janitor.look();
    expect(kube.objects.has('Namespace/shop')).toBe(false);
    expect(holder()).toBe('');
    expect(report().because).toContain('ended without');
  });

  it('finishes such a run also where the lease is gone', async () => {
    kube.seed(...leftovers());
    await janitor.look();
    expect(kube.objects.has('Namespace/shop')).toBe(false);
    expect(holder()).toBe('');
  });

  it('stops reverting when somebody takes the lease away', async () => {
    kube.seed(lease('janitor', { [LABELS.run]: RUN }), ...leftovers());
    let grasps = 0;
    kube.trouble = (call) => {
      if (call === `replace ${LEASE_KEY}` && ++grasps === 3) kube.seed(lease('run-2'));
      return null;
    };
    await expect(janitor.look()).rejects.toThrow('somebody else wrote the lease');
    expect(kube.objects.has('Namespace/shop')).toBe(true);
    expect(holder()).toBe('run-2');
  });

  it('does not take its own blindness for the death of a run', async () => {
    kube.seed(lease(RUN), ...leftovers());
    const running = janitor.run();
    await clock.sleep(5_000);
    kube.trouble = (call) => (call === `get ${LEASE_KEY}` ? new KubernetesError('no answer', undefined) : null);
    await clock.sleep(30_000);
    expect(signs.isReady()).toBe(false);
    expect(signs.isAlive()).toBe(true);
    kube.trouble = () => null;
    await clock.sleep(15_000);
    expect(signs.isReady()).toBe(true);
    expect(kube.objects.has('Namespace/shop')).toBe(true);
    await clock.sleep(15_000);
    expect(kube.objects.has('Namespace/shop')).toBe(false);
    stop.abort(new Error('SIGTERM'));
    await running;
  });

  it('goes on renewing while a step takes long, so that nobody thinks that it is gone', async () => {
    kube.seed(lease('janitor', { [LABELS.run]: RUN }), ...leftovers());
    const remove = kube.remove.bind(kube);
    kube.remove = async (ref, options) => {
      await clock.sleep(120_000);
      await remove(ref, options);
    };
    const work = janitor.look();
    const watch = new LeaseWatch();
    for (let seconds = 0; seconds < 100; seconds += 1) {
      expect(watch.see(kube.objects.get(LEASE_KEY) ?? null, clock.steadyMs())).toMatchObject({ is: 'held' });
      await clock.sleep(1_000);
    }
    await work;
    expect(holder()).toBe('');
  });

  it('shows no life by its renewals alone while the work itself stands still', async () => {
    kube.seed(lease('janitor', { [LABELS.run]: RUN }), ...leftovers());
    kube.remove = () => new Promise(() => undefined);
    void janitor.look();
    await clock.sleep(61_000);
    expect(signs.isAlive()).toBe(false);
    kube.objects.delete(LEASE_KEY);
  });

  it('renews no longer once it was stopped', async () => {
    kube.seed(lease(RUN), ...leftovers());
    kube.trouble = (call) => (call === 'remove Namespace/shop' ? new KubernetesError('busy', 500) : null);
    await janitor.look();
    const work = lookAfter(11_000);
    await clock.sleep(15_000);
    stop.abort(new Error('SIGTERM'));
    await expect(work).rejects.toThrow('SIGTERM');
    kube.calls.length = 0;
    await clock.sleep(60_000);
    expect(kube.calls).toEqual([]);
  });

  it('takes no step of the machine clock for the silence of a run', async () => {
    kube.seed(lease(RUN), ...leftovers());
    await janitor.look();
    clock.set(3_600_000);
    await lookAfter(1_000);
    expect(holder()).toBe(RUN);
    expect(kube.objects.has('Namespace/shop')).toBe(true);
  });

  it('keeps the newest twenty reports', async () => {
    const labels = { [LABELS.role]: 'janitor-report' };
    for (let i = 10; i < 40; i += 1) {
      const creationTimestamp = `2026-01-01T00:00:${i}Z`;
      const metadata = { namespace, name: `healproof-janitor-old-${i}`, labels, creationTimestamp };
      kube.seed({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
    }
    kube.seed(lease('janitor', { [LABELS.run]: RUN }));
    await janitor.look();
    const names = [...kube.objects.keys()].filter((key) => key.startsWith('ConfigMap/'));
    expect(names).toHaveLength(20);
    expect(names).toContain(`ConfigMap/${namespace}/healproof-janitor-${RUN}`);
    expect(names).not.toContain(`ConfigMap/${namespace}/healproof-janitor-old-20`);
  });
});
