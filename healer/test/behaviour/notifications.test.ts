import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeChannel } from '../fakes/fake-channel.ts';
import { SPEC, TestLab } from '../fakes/lab.ts';
import { SLACK } from '../fakes/slack-config.ts';

describe('the healer tells people', () => {
  let lab: TestLab;
  let channel: FakeChannel;

  beforeEach(() => {
    lab = new TestLab();
    channel = new FakeChannel();
  });
  afterEach(() => lab.stop());

  const transitions = (): unknown[] => channel.taken.map(({ facts }) => facts.transition);

  const noted = (): unknown[] => lab.remediations().map(({ status }) => Object(status).notified);

  async function healOne(): Promise<void> {
    lab.makeSick('b');
    await lab.replaceEvicted('d');
    await lab.record('resolved');
  }

  it('of what it saw and did and of the end, once each, and notes on the Remediation that it did', async () => {
    await lab.startHealer({ slack: SLACK }, { channel });
    await healOne();
    await expect.poll(noted, { timeout: 5_000 }).toEqual([['opened', 'acted', 'resolved']]);
    expect(transitions()).toEqual(['opened', 'acted', 'resolved']);
    const { incident } = await lab.record('acted');
    for (const { facts } of channel.taken) {
      expect(facts).toMatchObject({ incident, namespace: 'shop', name: 'b', kind: 'Pod', policy: 'shop/shop-back' });
    }
    expect(lab.remediations()).toMatchObject([
      { status: { phase: 'Resolved', action: 'EvictPod', outcome: 'helped' } },
    ]);
  });

  it('once when two replicas of it run, and not again when it is started anew', async () => {
    const lease = { leaseMs: 3_000, renewDeadlineMs: 2_500, retryMs: 50 };
    const first = await lab.startHealer({ slack: SLACK, lease, podName: 'healer-0' }, { channel });
    await lab.startHealer({ slack: SLACK, lease, podName: 'healer-1' }, { channel });
    await healOne();
    await expect.poll(noted, { timeout: 5_000 }).toEqual([['opened', 'acted', 'resolved']]);
    await first.healer.stop();
    await lab.startHealer({ slack: SLACK, lease, podName: 'healer-2' }, { channel });
    lab.addPod('e', { ready: false });
    await expect.poll(() => transitions().length, { timeout: 10_000 }).toBeGreaterThan(3);
    expect(transitions().slice(0, 3)).toEqual(['opened', 'acted', 'resolved']);
    expect(channel.told().slice(3)).not.toContain(channel.told()[0]);
  });

  it('without ever waiting for it: nobody answers, and it heals all the same', async () => {
    channel.order('hang', 100);
    await lab.startHealer({ slack: SLACK }, { channel });
    await healOne();
    expect(channel.attempts).toBe(1);
    expect(transitions()).toEqual([]);
    expect(lab.evictions()).toHaveLength(1);
  });

  it('where a ladder says so, and does nothing else', async () => {
    const [sick] = SPEC.conditions;
    lab.putPolicy({ ...SPEC, conditions: [{ ...sick, steps: [{ action: 'Notify' }] }] });
    lab.makeSick('b');
    await lab.startHealer({ slack: SLACK }, { channel });
    // Of the pod that is still sick a new incident begins.
    const first = (): unknown[] => transitions().slice(0, 3);
    await expect.poll(first, { timeout: 5_000 }).toEqual(['opened', 'acted', 'gave-up']);
    expect(channel.taken[1]?.text).toMatch(/^A person has to look at pod shop\/b/);
    expect(lab.evictions()).toEqual([]);
  });

  it('of refusals only when asked to, once for each reason', async () => {
    lab.putDeployment({ replicas: 4, updatedReplicas: 1 });
    lab.makeSick('b');
    await lab.startHealer({ slack: { ...SLACK, transitions: ['refused'] } }, { channel });
    await expect.poll(transitions, { timeout: 5_000 }).toEqual(['refused']);
    expect(channel.taken[0]?.facts).toMatchObject({ refusal: 'RolloutInProgress' });
  });

  it('nothing without a channel, and leaves no note', async () => {
    await lab.startHealer();
    await healOne();
    expect(noted()).toEqual([undefined]);
  });
});
