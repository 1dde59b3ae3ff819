import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/fake-clock.ts';
import { FakeKube } from '../../test/fakes/fake-kube.ts';
import { FakeMetrics } from '../../test/fakes/fake-metrics.ts';
import { analysePromql } from '../../test/fixtures/analyse-promql.ts';
import { KubernetesError, MetricsError } from '../errors.ts';
import { holderOf, LAB_LEASE } from '../experiment/cluster-records/lab-lease.ts';
import { DEAD_MAN } from '../experiment/cluster-records/undo.ts';
import type { RunRecord } from '../experiment/run-record/run-record.ts';
import type { RunnerPorts } from '../ports/runner-ports.ts';
import type { Scenario } from '../scenario/model/scenario.ts';
import { runScenario } from './run-scenario.ts';

const SCENARIO: Scenario = {
  name: 'nothing',
  title: 'Nothing',
  tags: [],
  severity: 'normal',
  owner: null,
  file: 'nothing.yaml',
  digest: '0',
  params: {},
  repeat: null,
  requires: { nodes: 0, kernel: [], components: [] },
  cluster: 'lab',
  clusterConfig: null,
  workload: 'shop',
  steadyState: [
    { name: 'answers', query: 'up', tolerance: { kind: 'compare', operator: '>', value: 0 }, forMs: 5_000 },
  ],
  fault: { type: 'none' },
  blastRadius: { namespaces: ['shop'], maxPods: 0, maxNodes: 0 },
  abortWhen: [],
  recovery: { withinMs: 0, stableForMs: 10_000, phases: {}, by: 'none', expectActions: [], forbidActions: [] },
};
const LEASE = `Lease/${DEAD_MAN.namespace}/${LAB_LEASE.name}`;
const SECRET = `Secret/${DEAD_MAN.namespace}/${DEAD_MAN.undoSecret('r1')}`;

/** A Prometheus that answers everything with the same value, or nothing. */
function metrics(value: number | null): FakeMetrics {
  const fake = new FakeMetrics();
  fake.otherwise = () => (value === null ? [] : [value]);
  return fake;
}

function world(value: number | null = 1) {
  const clock = new FakeClock();
  const kube = new FakeKube();
  kube.serverTimeMs = async () => clock.now();
  const ports: RunnerPorts = {
    clock,
    kube,
    metrics: metrics(value),
    analysePromql,
    alertRules: { list: async () => [] },
    receiver: null,
    http: { get: never },
    injector: { refOf: () => ({ apiVersion: 'v1', kind: 'X', name: 'x' }), inject: never, observe: never },
    witnesses: { forFault: () => null },
    nodes: { reaches: () => false, run: never },
    commands: { of: () => null, run: never, stands: never, armDeadMan: never },
    machines: {
      reaches: () => false,
      state: never,
      pause: never,
      restart: never,
      reboot: never,
      wake: never,
      setRestartPolicy: never,
      armDeadMan: never,
    },
    releases: { find: async () => null, install: never, upgrade: never, killUpgrade: never, rollback: never },
    remediation: {
      read: async () => ({ records: [], aliveThroughout: true, detail: 'awake' }),
      lines: async () => [],
    },
    audit: {
      mark: async () => ({ inode: '1', offsetBytes: 0 }),
      read: async (_mark, fromMs, toMs) => ({
        source: 'api-server',
        complete: true,
        detail: '',
        fromMs,
        toMs,
        entries: [],
      }),
    },
    workloads: {
      load: async () => [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }],
      chart: async () => null,
      rules: async () => new Map(),
    },
    images: [],
    version: '0',
  };
  return { kube, ports };
}

const never = (): Promise<never> => Promise.reject(new Error('not called in these tests'));

function run(ports: RunnerPorts, signal = new AbortController().signal, scenario = SCENARIO): Promise<RunRecord> {
  const reporter = { onEvent: () => undefined };
  return runScenario(scenario, ports, { runId: 'r1', seed: 1, healer: 'on', keep: false, signal, reporter });
}

const reasons = (record: RunRecord): string[] => (record.judgement?.reasons ?? []).map(({ code }) => code);

describe('a run', () => {
  it('without data is inconclusive, and leaves neither lease, records nor workload', async () => {
    const { kube, ports } = world(null);
    const record = await run(ports);
    expect(record.judgement?.verdict).toBe('inconclusive');
    expect(reasons(record)).toContain('GATE_NOT_MET');
    expect(record).toMatchObject({ exitCode: 3, leaks: [], cleanupErrors: [] });
    expect([...kube.objects.keys()]).toEqual([LEASE]);
    expect(kube.objects.get(LEASE)?.spec).toMatchObject({ holderIdentity: '' });
  });

  it('without raw points behind its samples does not pass, however normal they look', async () => {
    const { ports } = world(1);
    const record = await run(ports);
    expect(record.judgement?.verdict).toBe('inconclusive');
  });

  it('with raw points behind every sample passes, and no longer when they cannot be read', async () => {
    const { ports } = world(1);
    const fromMs = ports.clock.now() - 60_000;
    const points = Array.from({ length: 600 }, (_, index) => ({ atMs: fromMs + index * 1_000, value: 1 }));
    const vouched = metrics(1).points('up', [{ labels: {}, points }]);
    expect((await run({ ...ports, metrics: vouched })).judgement?.verdict).toBe('pass');
    vouched.raw = () => Promise.reject(new MetricsError('the query was refused'));
    const record = await run({ ...ports, metrics: vouched });
    expect(record.judgement?.verdict).toBe('inconclusive');
  });

  it('is inconclusive when Prometheus does not answer', async () => {
    const { ports } = world();
    const gone = new FakeMetrics();
    gone.isGone = true;
    const record = await run({ ...ports, metrics: gone });
    expect(reasons(record)).toEqual(['PREFLIGHT_FAILED']);
    expect(record.exitCode).toBe(3);
  });

  it('does not touch a lab that another run holds', async () => {
    const { kube, ports } = world();
    const spec = { holderIdentity: 'other', renewTime: new Date(ports.clock.now()).toISOString() };
    const metadata = { namespace: DEAD_MAN.namespace, name: LAB_LEASE.name };
    kube.seed({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec });
    const record = await run(ports);
    expect(reasons(record)).toEqual(['PREFLIGHT_FAILED']);
    expect(kube.calls.filter((call) => !call.startsWith('get'))).toEqual([]);
  });

  it('that is stopped is interrupted, and still takes everything back', async () => {
    const { kube, ports } = world(null);
    const stop = new AbortController();
    kube.trouble = (call) => {
      if (call === 'apply Namespace/shop') stop.abort(new Error('stopped by SIGINT'));
      return null;
    };
    const record = await run(ports, stop.signal);
    expect(record.evidence.status).toBe('interrupted');
    expect(reasons(record)).toContain('INTERRUPTED');
    expect([...kube.objects.keys()]).toEqual([LEASE]);
  });

  it('that cannot take something back says so and leaves the record of it to the janitor', async () => {
    const { kube, ports } = world(null);
    kube.trouble = (call) => (call === 'remove Namespace/shop' ? new KubernetesError('forbidden', 403) : null);
    const record = await run(ports);
    expect(record.exitCode).toBe(4);
    expect(record.cleanupErrors.join()).toMatch(/forbidden/);
    expect(record.leaks).toEqual([expect.objectContaining({ what: 'namespace shop' })]);
    expect([...kube.objects.keys()]).toContain(SECRET);
    expect(holderOf(kube.objects.get(LEASE) ?? null)).toEqual({ by: 'janitor', runId: 'r1' });
  });

  it('refuses a namespace that it did not make', async () => {
    const { kube, ports } = world();
    kube.seed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    const record = await run(ports);
    expect(record.evidence.failure).toMatchObject({ step: 'deploy' });
    expect([...kube.objects.keys()]).toContain('Namespace/shop');
  });
});

describe('a run with probes that are sampled while it goes on', () => {
  const tolerance = { kind: 'compare', operator: '==', value: 1 } as const;
  const http = { address: { url: 'http://shop/' }, status: 200, body: null, withinMs: 1_000 };
  const FRONT = { name: 'front', http, tolerance, forMs: 5_000, everyMs: 1_000 } as const;
  const PLAN = { ...SCENARIO, steadyState: [FRONT] };
  const answering = (status: (nowMs: number) => number | null) => {
    const { ports } = world();
    const get = async () => {
      const code = status(ports.clock.now());
      return code === null
        ? ({ kind: 'unknown', detail: 'no such host' } as const)
        : ({ kind: 'answer', status: code, body: '' } as const);
    };
    return run({ ...ports, http: { get } }, undefined, PLAN);
  };

  it('passes when every sample is as it should be, and keeps them all', async () => {
    const record = await answering(() => 200);
    expect(record.judgement).toMatchObject({ verdict: 'pass', reasons: [] });
    expect(record.evidence.probes).toMatchObject([{ stepMs: 1_000, resolutionMs: 2_000 }]);
    expect(record.evidence.probes[0]?.samples.length).toBeGreaterThan(15);
  });

  it('sees a departure', async () => {
    let asked = 0;
    expect(
      reasons(
        await answering(() => {
          asked += 1;
          return asked === 12 ? 500 : 200;
        }),
      ),
    ).toEqual(['NOT_ABSORBED']);
  });

  it.each([
    ['from the beginning', () => true],
    ['for one request', (asked: number) => asked === 12],
  ])('is inconclusive when nobody could be asked %s', async (_when, isSilent) => {
    let asked = 0;
    const record = await answering(() => {
      asked += 1;
      return isSilent(asked) ? null : 200;
    });
    expect(record.judgement?.verdict).toBe('inconclusive');
  });

  it('is inconclusive when the runner did not come to ask', async () => {
    const { ports } = world();
    const get = async () => {
      await ports.clock.sleep(1_500);
      return { kind: 'answer', status: 200, body: '' } as const;
    };
    const record = await run({ ...ports, http: { get } }, undefined, PLAN);
    expect(reasons(record)).toContain('STALE_DATA');
  });
});
