import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { entry, pod, policy, incident as sampleIncident, workload } from '../../test/fakes/samples.ts';
import { worldOf } from '../../test/fakes/world.ts';
import type { World } from '../cluster/cluster-cache.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Diary } from '../incidents/incident-recorder.ts';
import { IncidentBook } from '../incidents/incident-store.ts';
import { Ledger } from '../remediations/action-history.ts';
import type { PodMonitor } from './condition/observe.ts';
import { FollowUp } from './follow-up.ts';

describe('the follow-up of an eviction', () => {
  const [condition] = policy().conditions;
  let clock: ManualClock;
  let world: World;
  let ledger: Ledger;
  let followUp: FollowUp;
  let told: string[];

  beforeEach(() => {
    clock = new ManualClock();
    world = worldOf(clock, [pod({ name: 'rest' })]);
    ledger = new Ledger();
    told = [];
    const tell =
      (stage: string) =>
      ({ id }: Incident, reason: string): number =>
        told.push(`${id} ${stage}: ${reason}`);
    const diary = {
      resolved: tell('resolved'),
      failed: tell('failed'),
      gaveUp: tell('gave up'),
      moot: tell('moot'),
    } as unknown as Diary;
    const monitor = { isWell: ({ ready }: { ready: boolean }) => ready } as unknown as PodMonitor;
    followUp = new FollowUp({ world, monitor, ledger, diary, book: new IncidentBook(), clock });
  });

  function acted(name: string): void {
    if (condition === undefined) throw new Error('the samples are not whole');
    const target = { kind: 'Pod', namespace: 'shop', name, uid: `uid-${name}` } as const;
    const incident = sampleIncident({ key: name, id: name, target, podKey: `shop/${name}`, actedAtMs: clock.nowMs() });
    ledger.add(entry({ incident: name, atMs: clock.nowMs() }));
    followUp.begin({
      incident,
      policy: policy(),
      condition,
      action: 'EvictPod',
      withinMs: policy().limits.verifyWithinMs,
      workload: workload(),
      generation: 1,
      knownPods: ['uid-rest', 'uid-one', 'uid-two'],
    });
  }

  it('takes a replacement for one of two evicted pods only', () => {
    acted('one');
    acted('two');
    world.pods.set('shop/new', pod({ name: 'new' }));
    expect([followUp.look('one'), followUp.look('two')]).toEqual([false, true]);
    world.pods.set('shop/newer', pod({ name: 'newer' }));
    expect(followUp.look('two')).toBe(false);
    expect(told).toEqual([
      'one resolved: pod new replaced it and is Ready and well',
      'two resolved: pod newer replaced it and is Ready and well',
    ]);
    expect(ledger.entries().map(({ outcome }) => outcome)).toEqual(['helped', 'helped']);
  });

  it('gives a workload up after as many failures in a row as the policy allows, not before', () => {
    for (const name of ['1', '2', '3']) {
      acted(name);
      clock.advance(policy().limits.verifyWithinMs);
      expect(followUp.look(name)).toBe(false);
    }
    expect(told.map((each) => each.split(':')[0])).toEqual(['1 failed', '2 failed', '3 failed', '3 gave up']);
  });

  it('asks no more after a workload that was removed', () => {
    acted('one');
    world.deployments.delete('shop/shop-back');
    clock.advance(policy().limits.verifyWithinMs);
    expect(followUp.look('one')).toBe(false);
    expect(told).toEqual(['one moot: shop/Deployment/shop-back was removed']);
    expect(ledger.entries().map(({ outcome }) => outcome)).toEqual([undefined]);
  });

  it('has nothing to look at where nothing was begun', () => {
    expect(followUp.look('unknown')).toBe(false);
  });
});
