import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/fake-clock.ts';
import { FakeKube } from '../../test/fakes/fake-kube.ts';
import { fakePorts } from '../../test/fakes/runner-ports.ts';
import { scenarioOf } from '../../test/fixtures/evidence-builder.ts';
import type { Sample } from '../experiment/evidence/evidence.ts';
import type { KubeObject } from '../ports/kube.ts';
import type { MetricsSource } from '../ports/metrics-source.ts';
import type { RunEvent } from '../ports/reporter.ts';
import type { Scenario } from '../scenario/model/scenario.ts';
import { runScenario } from './run-scenario.ts';

const GUARD = 'sum(up)';
const scenario: Scenario = {
  ...scenarioOf({
    fault: {
      type: 'chaosMesh',
      kind: 'NetworkChaos',
      spec: { action: 'partition', mode: 'one', duration: '180s', selector: { namespaces: ['shop'] } },
      durationMs: 180_000,
    },
  }),
  requires: { nodes: 0, kernel: [], components: [] },
  workload: null,
  abortWhen: [{ query: GUARD, condition: { kind: 'compare', operator: '<', value: 1 }, forMs: 0 }],
};

function object(kind: string, name: string, spec: object = {}): KubeObject {
  const namespace = kind === 'Pod' ? { namespace: 'shop' } : {};
  return {
    apiVersion: 'v1',
    kind,
    metadata: { name, uid: name, ...namespace },
    spec,
    status: { phase: 'Running', nodeInfo: {} },
  };
}

function everySecond(fromMs: number, toMs: number) {
  const seconds = Math.floor((toMs - fromMs) / 1_000);
  return Array.from({ length: seconds }, (_, index) => ({ atMs: toMs - (seconds - 1 - index) * 1_000, value: 1 }));
}

/** Runs a scenario whose guard's condition begins to hold `brokenAfterMs` after the fault came into the cluster. */
async function run(brokenAfterMs: number, bitten: boolean) {
  const clock = new FakeClock();
  const kube = new FakeKube().seed(object('Pod', 'back-1', { nodeName: 'worker' }), object('Node', 'worker'));
  const crd = 'networkchaos.chaos-mesh.org';
  kube.seed({ ...object('CustomResourceDefinition', crd), spec: { names: { kind: 'NetworkChaos' } } });
  kube.serverTimeMs = async () => clock.now();
  const times = { injectedAtMs: Number.POSITIVE_INFINITY, removedAtMs: Number.POSITIVE_INFINITY };
  let isInjected = false;
  const remove = kube.remove.bind(kube);
  kube.remove = async (ref, options) => {
    if (ref.kind === 'NetworkChaos') {
      isInjected = false;
      times.removedAtMs = Math.min(times.removedAtMs, clock.now());
    }
    await remove(ref, options);
  };
  const answer = (query: string, atMs: number): number => {
    const isBroken = brokenAfterMs < 0 || atMs >= times.injectedAtMs + brokenAfterMs;
    return query === GUARD && !isBroken ? 1 : 0;
  };
  const metrics: MetricsSource = {
    sample: async (query, atMs) => ({ atMs, value: answer(query, atMs), problem: null }),
    range: async (query, fromMs, toMs, stepMs) => {
      const first = Math.ceil(fromMs / stepMs) * stepMs;
      const count = Math.max(0, Math.floor((toMs - first) / stepMs) + 1);
      return Array.from({ length: count }, (_, index): Sample => {
        const atMs = first + index * stepMs;
        return { atMs, value: answer(query, atMs), problem: null };
      });
    },
    raw: async (_selector, fromMs, toMs) => [{ labels: {}, points: everySecond(fromMs, toMs) }],
    targets: async () => [],
    version: async () => '3.7.3',
  };
  const reading = () => [
    {
      targetUid: 'back-1',
      witness: 'peer-unreachable',
      atMs: clock.now(),
      bitten: isInjected && bitten,
      observation: '',
    },
  ];
  const ports = fakePorts({
    clock,
    kube,
    metrics,
    injector: {
      refOf: () => ({ apiVersion: 'chaos-mesh.org/v1alpha1', kind: 'NetworkChaos', namespace: 'shop', name: 'x' }),
      inject: async () => {
        isInjected = true;
        times.injectedAtMs = clock.now();
        kube.seed({ ...object('NetworkChaos', 'x'), metadata: { namespace: 'shop', name: 'x' } });
      },
      observe: async () => ({ observation: { atMs: clock.now(), state: 'in-force' }, events: [], message: null }),
    },
    witnesses: { forFault: () => ({ name: 'peer-unreachable', look: async () => reading() }) },
  });
  const events: RunEvent[] = [];
  const reporter = { onEvent: (event: RunEvent) => void events.push(event) };
  const signal = new AbortController().signal;
  const record = await runScenario(scenario, ports, {
    runId: 'r1',
    seed: 1,
    healer: 'on',
    keep: false,
    signal,
    reporter,
  });
  return { record, times, steps: record.steps.map(({ step, outcome }) => `${step} ${outcome}`) };
}

describe('a guard that trips', () => {
  it.each([
    ['while the fault is being proven', 3_000, false],
    ['while recovery is observed', 9_000, true],
  ] as const)('%s takes the fault back within two scrapes', async (_when, brokenAfterMs, bitten) => {
    const { record, times, steps } = await run(brokenAfterMs, bitten);
    expect(record.judgement).toMatchObject({ verdict: 'inconclusive', reasons: [{ code: 'ABORTED_BY_GUARD' }] });
    expect(record.evidence).toMatchObject({ status: 'aborted', failure: null, trips: [{ guard: { query: GUARD } }] });
    expect(times.removedAtMs - times.injectedAtMs - brokenAfterMs).toBeLessThanOrEqual(2_000);
    expect(steps).toEqual(expect.arrayContaining(['recover ok', 'collect ok', 'clean up ok']));
    expect(record).toMatchObject({ exitCode: 3, leaks: [], cleanupErrors: [] });
  });

  it('before the injection keeps the fault out of the cluster', async () => {
    const { record, times } = await run(-1, true);
    expect(record.judgement?.reasons[0]?.code).toBe('ABORTED_BY_GUARD');
    expect(times.injectedAtMs).toBe(Number.POSITIVE_INFINITY);
  });

  it('does not trip where its condition never holds', async () => {
    const { record } = await run(Number.POSITIVE_INFINITY, false);
    expect(record.evidence).toMatchObject({ status: 'completed', trips: [] });
  });
});
