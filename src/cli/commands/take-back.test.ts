import { beforeEach, describe, expect, it } from 'vitest';
import { LABELS } from '../../../healer/src/names.ts';
import { FakeClock } from '../../../test/fakes/fake-clock.ts';
import { FakeKube } from '../../../test/fakes/fake-kube.ts';
import { FakeMachines } from '../../../test/fakes/fake-machines.ts';
import { KeptProgress } from '../../../test/fakes/kept-progress.ts';
import { KubernetesError } from '../../errors.ts';
import { holderOf, LAB_LEASE, type LeaseHolder } from '../../experiment/cluster-records/lab-lease.ts';
import { leaseTaken } from '../../experiment/cluster-records/lease-writes.ts';
import { DEAD_MAN } from '../../experiment/cluster-records/undo.ts';
import type { KubeObject } from '../../ports/kube.ts';
import { LeaseHold } from '../../runner/lease/lease-hold.ts';
import { takeBack } from './take-back.ts';

const RUN = { by: 'run', runId: 'run-1' } as const;
const { apiVersion, kind, namespace, name } = LAB_LEASE;

let kube: FakeKube;
let clock: FakeClock;
let machines: FakeMachines;
beforeEach(() => {
  kube = new FakeKube();
  clock = new FakeClock();
  machines = new FakeMachines(['worker']);
});

function cleanUp(...runIds: readonly string[]): Promise<string[]> {
  const options = { progress: new KeptProgress(), signal: new AbortController().signal, runIds };
  return takeBack({ kube, clock, machines, nodes: ['worker'] }, options);
}

function leave(runId: string, holder: LeaseHolder | null): void {
  const labels = { [LABELS.run]: runId };
  const metadata = { namespace, name: DEAD_MAN.undoSecret(runId), labels };
  kube.seed({ apiVersion: 'v1', kind: 'Secret', metadata, data: {} });
  kube.seed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: `shop-${runId}`, labels } });
  if (holder === null) return;
  const longAgoMs = clock.now() - 3_600_000;
  const lease: KubeObject = { apiVersion, kind, metadata: { namespace, name } };
  kube.seed(leaseTaken(lease, holder, longAgoMs));
}

const isLeft = (runId: string): boolean => kube.objects.has(`Namespace/shop-${runId}`);
const holder = async (): Promise<LeaseHolder | null> => holderOf(await kube.get(LAB_LEASE));

describe('cleaning up after runs', () => {
  it.each([[[]], [['run-1']], [['run-2']]])(
    'touches nothing while a run is in progress, asked for %j',
    async (runIds) => {
      leave('run-1', null);
      leave('run-2', null);
      const hold = new LeaseHold(kube, clock, RUN);
      await hold.take(null);
      await machines.pause('worker');
      await expect(cleanUp(...runIds)).rejects.toThrow('run run-1 is using this lab');
      expect([isLeft('run-1'), isLeft('run-2')]).toEqual([true, true]);
      expect(machines.diary).toEqual(['pause worker']);
      await hold.release();
    },
  );

  it('knows a run by its renewals where its clock is an hour slow', async () => {
    leave('run-1', null);
    const slow = {
      now: () => clock.now() - 3_600_000,
      steadyMs: () => clock.steadyMs(),
      sleep: clock.sleep.bind(clock),
    };
    const hold = new LeaseHold(kube, slow, RUN);
    await hold.take(null);
    await expect(cleanUp()).rejects.toThrow('run run-1 is using this lab');
    await hold.release();
  });

  it.each([RUN, { by: 'janitor', runId: 'run-1' } as const])(
    'takes back what a dead run left, and gives the lab back for a $by that is gone',
    async (gone) => {
      leave('run-1', gone);
      await machines.pause('worker');
      expect(await cleanUp()).toEqual([]);
      expect(isLeft('run-1')).toBe(false);
      expect(await holder()).toBeNull();
      expect(machines.diary).toEqual(['pause worker', 'wake worker']);
    },
  );

  it('leaves the lab to nobody while something of its run is left', async () => {
    leave('run-1', RUN);
    leave('run-2', null);
    expect(await cleanUp('run-2')).toEqual([]);
    expect([isLeft('run-1'), isLeft('run-2')]).toEqual([true, false]);
    expect(await holder()).toEqual(RUN);
    kube.trouble = (call) => (call === 'remove Namespace/shop-run-1' ? new KubernetesError('forbidden', 403) : null);
    expect(await cleanUp()).toEqual([expect.stringContaining('forbidden')]);
    expect(await holder()).toEqual(RUN);
  });

  it('leaves the lab to a janitor that began meanwhile', async () => {
    leave('run-1', RUN);
    const janitor = new LeaseHold(kube, clock, { by: 'janitor', runId: 'run-1' });
    kube.trouble = (call) => {
      if (call === 'remove Namespace/shop-run-1') void kube.get(LAB_LEASE).then((found) => janitor.take(found));
      return null;
    };
    expect(await cleanUp()).toEqual([]);
    expect(await holder()).toMatchObject({ by: 'janitor' });
    await janitor.release();
  });

  it('wakes nodes without which the API server does not answer', async () => {
    leave('run-1', RUN);
    await machines.pause('worker');
    kube.trouble = () =>
      machines.diary.includes('wake worker') ? null : new KubernetesError('connect ECONNREFUSED', undefined);
    expect(await cleanUp()).toEqual([]);
    expect(isLeft('run-1')).toBe(false);
  });
});
