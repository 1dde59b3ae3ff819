import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../test/fakes/fake-clock.ts';
import { FakeKube } from '../../test/fakes/fake-kube.ts';
import { KubernetesError, MetricsError } from '../errors.ts';
import { DEAD_MAN } from '../experiment/undo.ts';
import type { MetricsSource } from '../ports/metrics-source.ts';
import type { RunRecord } from '../ports/reporter.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { RunnerPorts } from './ports.ts';
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
  workload: 'shop',
  steadyState: [
    { name: 'answers', query: 'up', tolerance: { kind: 'compare', operator: '>', value: 0 }, forMs: 5_000 },
  ],
  fault: { type: 'none' },
  blastRadius: { namespaces: ['shop'], maxPods: 0, maxNodes: 0 },
  abortWhen: [],
  recovery: { withinMs: 0, stableForMs: 10_000, phases: {}, by: 'none', expectActions: [], forbidActions: [] },
};
const LEASE = `Lease/${DEAD_MAN.namespace}/${DEAD_MAN.lease}`;
const SECRET = `Secret/${DEAD_MAN.namespace}/${DEAD_MAN.undoSecret('r1')}`;

/** A Prometheus that answers everything with the same value, or nothing. */
function metrics(value: number | null): MetricsSource {
  const sample = (atMs: number) =>
    value === null ? { atMs, value, problem: 'NO_DATA' as const } : { atMs, value, problem: null };
  return {
    sample: async (_query, atMs) => sample(atMs),
    range: async (_query, fromMs, toMs, stepMs) => {
      const first = Math.ceil(fromMs / stepMs) * stepMs;
      return Array.from({ length: Math.floor((toMs - first) / stepMs) + 1 }, (_, index) =>
        sample(first + index * stepMs),
      );
    },
    raw: async () => [],
    targets: async () => [],
    version: async () => '3.7.3',
  };
}

function world(value: number | null = 1) {
  const clock = new FakeClock();
  const kube = new FakeKube();
  kube.serverTimeMs = async () => clock.now();
  const ports: RunnerPorts = {
    clock,
    kube,
    metrics: metrics(value),
    injector: { refOf: () => ({ apiVersion: 'v1', kind: 'X', name: 'x' }), inject: never, observe: never },
    witnesses: { forFault: () => null },
    nodes: { reaches: () => false, run: never },
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
    workloads: { load: async () => [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } }] },
    images: [],
    version: '0',
  };
  return { kube, ports };
}

const never = (): Promise<never> => Promise.reject(new Error('not called in these tests'));

function run(ports: RunnerPorts, signal = new AbortController().signal): Promise<RunRecord> {
  const reporter = { onEvent: () => undefined };
  return runScenario(SCENARIO, ports, { runId: 'r1', seed: 1, healer: 'on', keep: false, signal, reporter });
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

  it('is inconclusive when Prometheus does not answer', async () => {
    const { ports } = world();
    const record = await run({
      ...ports,
      metrics: { ...ports.metrics, version: () => Promise.reject(new MetricsError('connection refused')) },
    });
    expect(reasons(record)).toEqual(['PREFLIGHT_FAILED']);
    expect(record.exitCode).toBe(3);
  });

  it('does not touch a lab that another run holds', async () => {
    const { kube, ports } = world();
    const spec = { holderIdentity: 'other', renewTime: new Date(ports.clock.now()).toISOString() };
    const metadata = { namespace: DEAD_MAN.namespace, name: DEAD_MAN.lease };
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
  });

  it('refuses a namespace that it did not make', async () => {
    const { kube, ports } = world();
    kube.seed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
    const record = await run(ports);
    expect(record.evidence.failure).toMatchObject({ step: 'deploy' });
    expect([...kube.objects.keys()]).toContain('Namespace/shop');
  });
});
