import { describe, expect, it } from 'vitest';
import { FakeAlertRules } from '../../../test/fakes/fake-alert-rules.ts';
import { FakeKube } from '../../../test/fakes/fake-kube.ts';
import { FakeReceiver } from '../../../test/fakes/fake-receiver.ts';
import { fakePorts } from '../../../test/fakes/runner-ports.ts';
import { scenarioOf } from '../../../test/fixtures/evidence-builder.ts';
import type { RunnerPorts } from '../../ports/runner-ports.ts';
import { WORKLOAD_RULES } from '../../ports/workloads.ts';
import type { Recovery } from '../../scenario/model/scenario.ts';
import { signalsReady } from './signals-ready.ts';

const rules = new FakeAlertRules(Date.now)
  .add('Known')
  .add('Slow', { intervalMs: 10_000 })
  .add('Late', { forMs: 60_000 });
const MESSAGES = [{ channel: 'slack', about: 'shop', transitions: ['opened'], max: 1 }] as const;

function ready(
  recovery: Partial<Recovery>,
  over: Partial<RunnerPorts> = {},
  healer: 'on' | 'off' = 'on',
): Promise<void> {
  return signalsReady(scenarioOf({ recovery }), fakePorts({ alertRules: rules, ...over }), healer);
}

describe('before a run with alerts and messages', () => {
  it('everything may be there', async () => {
    const receiver = new FakeReceiver(Date.now);
    const recovery = {
      fireAlerts: [{ name: 'Known', withinMs: 4_000 }],
      silentAlerts: ['Slow'],
      expectMessages: MESSAGES,
    };
    await expect(ready(recovery, { receiver })).resolves.toBeUndefined();
  });

  it.each<[string, Partial<Recovery>, RegExp]>([
    ['an alert that Prometheus does not know', { silentAlerts: ['Nown'] }, /no alert Nown; it has Known, Late, Slow/],
    [
      'one that is evaluated too seldom',
      { fireAlerts: [{ name: 'Slow', withinMs: 20_000 }] },
      /every 10 s: .* at least 22 s, got 20 s/,
    ],
    [
      'one that cannot fire in time',
      { fireAlerts: [{ name: 'Late', withinMs: 30_000 }] },
      /fires after 60 s at the earliest, got within 30 s/,
    ],
    ['messages that nobody would take', { expectMessages: MESSAGES }, /no receiver is known/],
  ])('%s is refused', async (_name, recovery, words) => {
    await expect(ready(recovery)).rejects.toThrow(words);
  });

  it('a receiver that does not answer is refused', async () => {
    const receiver = new FakeReceiver(Date.now);
    receiver.isGone = true;
    await expect(ready({ expectMessages: MESSAGES }, { receiver })).rejects.toThrow('connection refused');
  });

  it('no receiver is asked for with the healer switched off', async () => {
    await expect(ready({ expectMessages: MESSAGES }, {}, 'off')).resolves.toBeUndefined();
  });

  it('a lab that evaluates other rules than those beside the workload is refused', async () => {
    const kube = new FakeKube();
    const { ref, keyOf } = WORKLOAD_RULES;
    const { apiVersion, kind, name, namespace } = ref;
    const seed = (text: string) =>
      kube.seed({ apiVersion, kind, metadata: { name, namespace }, data: { [keyOf('shop', 'shop.yaml')]: text } });
    const files = new Map([['shop.yaml', 'groups: []']]);
    const workloads = { load: async () => [], chart: async () => null, rules: async () => files };
    const asked = () => ready({ silentAlerts: ['Known'] }, { kube, workloads });
    await expect(asked()).resolves.toBeUndefined();
    seed('groups: [old]');
    await expect(asked()).rejects.toThrow(/other rules than shop.yaml of shop/);
    seed('groups: []');
    await expect(asked()).resolves.toBeUndefined();
  });
});
