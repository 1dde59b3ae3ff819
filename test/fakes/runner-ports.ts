import type { RunnerPorts } from '../../src/ports/runner-ports.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeKube } from './fake-kube.ts';

const unused = (): never => {
  throw new Error('this test does not need that port');
};

/** A world in which nothing happens; what a test needs of it, it gives itself. */
export function fakePorts(over: Partial<RunnerPorts> = {}): RunnerPorts {
  return {
    clock: new FakeClock(),
    kube: new FakeKube(),
    alertRules: { list: async () => [] },
    receiver: null,
    metrics: { sample: unused, range: unused, raw: unused, targets: unused, version: unused },
    http: { get: unused },
    injector: {
      refOf: (runId, kind) => ({ apiVersion: 'chaos-mesh.org/v1alpha1', kind, namespace: 'shop', name: runId }),
      inject: unused,
      observe: unused,
    },
    witnesses: { forFault: () => null },
    nodes: { reaches: () => false, run: unused },
    machines: {
      reaches: () => false,
      state: unused,
      pause: unused,
      wake: unused,
      restart: unused,
      reboot: unused,
      setRestartPolicy: unused,
      armDeadMan: unused,
    },
    commands: { of: () => null, run: unused, stands: unused, armDeadMan: unused },
    releases: { find: unused, install: unused, upgrade: unused, killUpgrade: unused, rollback: unused },
    remediation: {
      read: async () => ({ records: [], aliveThroughout: true, detail: 'awake' }),
      lines: async () => [],
    },
    audit: {
      mark: async () => null,
      read: async (_mark, fromMs, toMs) => ({ source: 'none', complete: false, detail: '', fromMs, toMs, entries: [] }),
    },
    workloads: { load: async () => [], chart: async () => null, rules: async () => new Map() },
    images: [],
    version: '0',
    ...over,
  };
}
