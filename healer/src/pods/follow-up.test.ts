import { beforeEach, describe, expect, it } from 'vitest';
import { clusterOf } from '../../test/fakes/cluster.ts';
import { lifeOf } from '../../test/fakes/life.ts';
import { ManualClock } from '../../test/fakes/manual-clock.ts';
import { entry, pod, policy, incident as sampleIncident, workload } from '../../test/fakes/samples.ts';
import type { ClusterCache } from '../cluster/cluster-cache.ts';
import type { Incident } from '../incidents/incident.ts';
import type { IncidentRecorder } from '../incidents/incident-recorder.ts';
import { ActionHistory } from '../remediations/action-history.ts';
import type { PodMonitor } from './condition/observe.ts';
import { FollowUp } from './follow-up.ts';

describe('the follow-up of an eviction', () => {
  const [condition] = policy().conditions;
  let clock: ManualClock;
  let cluster: ClusterCache;
  let actionHistory: ActionHistory;
  let followUp: FollowUp;
  let told: string[];

  beforeEach(() => {
    clock = new ManualClock();
    cluster = clusterOf(clock, [pod({ name: 'rest' })]);
    actionHistory = new ActionHistory();
    told = [];
    const tell =
      (stage: string) =>
      ({ id }: Incident, reason: string): number =>
        told.push(`${id} ${stage}: ${reason}`);
    const recorder = {
      resolved: tell('resolved'),
      failed: tell('failed'),
      gaveUp: tell('gave up'),
      obsolete: tell('obsolete'),
    } as unknown as IncidentRecorder;
    const monitor = { isWell: ({ ready }: { ready: boolean }) => ready } as unknown as PodMonitor;
    followUp = new FollowUp({
      cluster,
      monitor,
      actionHistory,
      life: lifeOf({ recorder, actionHistory, clock }),
      clock,
    });
  });

  function acted(name: string): void {
    if (condition === undefined) throw new Error('the samples are not whole');
    const target = { kind: 'Pod', namespace: 'shop', name, uid: `uid-${name}` } as const;
    const incident = sampleIncident({
      key: name,
      id: name,
      target,
      objectKey: `shop/${name}`,
      actedAtMs: clock.nowMs(),
    });
    actionHistory.add(entry({ incident: name, atMs: clock.nowMs() }));
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
    cluster.pods.set('shop/new', pod({ name: 'new' }));
    expect([followUp.look('one'), followUp.look('two')]).toEqual([false, true]);
    cluster.pods.set('shop/newer', pod({ name: 'newer' }));
    expect(followUp.look('two')).toBe(false);
    expect(told).toEqual([
      'one resolved: pod new replaced it and is Ready and well',
      'two resolved: pod newer replaced it and is Ready and well',
    ]);
    expect(actionHistory.entries().map(({ outcome }) => outcome)).toEqual(['helped', 'helped']);
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
    cluster.deployments.delete('shop/shop-back');
    clock.advance(policy().limits.verifyWithinMs);
    expect(followUp.look('one')).toBe(false);
    expect(told).toEqual(['one obsolete: shop/Deployment/shop-back was removed']);
    expect(actionHistory.entries().map(({ outcome }) => outcome)).toEqual([undefined]);
  });

  it('has nothing to look at where nothing was begun', () => {
    expect(followUp.look('unknown')).toBe(false);
  });
});
