import { NodeAuditSource } from './adapters/audit-log/node-audit-source.ts';
import { ChaosMeshInjector } from './adapters/chaos-mesh/chaos-mesh-injector.ts';
import { HealerLog } from './adapters/healer-log/healer-log.ts';
import { connect, loadKubeConfig } from './adapters/kubernetes/connection.ts';
import { KubernetesApi } from './adapters/kubernetes/kube.ts';
import { DockerNodeShell } from './adapters/nodes/docker-node-shell.ts';
import { PrometheusSource } from './adapters/prometheus/prometheus-source.ts';
import { systemClock } from './adapters/system-clock/system-clock.ts';
import { ClusterWitnesses } from './adapters/witness/witnesses.ts';
import { FolderWorkloads } from './adapters/workloads/folder-workloads.ts';
import type { ImageRecord } from './ports/images.ts';
import type { RunnerPorts } from './runner/ports.ts';
import { runScenario } from './runner/run-scenario.ts';
import type { SuiteRuntime } from './vitest/suite-runtime.ts';

/** How to reach everything in one cluster; plain data, so that it can be handed to another process. */
export interface ClusterAccess {
  readonly kubeconfigPath: string;
  /** Undefined: the file's current context. */
  readonly context?: string | undefined;
  readonly prometheusUrl: string;
  readonly docker: string;
  readonly dockerHost?: string | undefined;
  readonly controlPlaneNode: string;
  /** Container of each node by node name; empty where nodes cannot be entered. */
  readonly nodeContainers: Readonly<Record<string, string>>;
  readonly workloadsDir: string;
  readonly images: readonly ImageRecord[];
  readonly version: string;
}

/** The composition root of a run: the one place that knows every adapter. */
export function composeRunner(access: ClusterAccess): RunnerPorts {
  const kube = new KubernetesApi(connect(loadKubeConfig(access.kubeconfigPath, access.context)));
  const metrics = new PrometheusSource(access.prometheusUrl);
  const nodes = new DockerNodeShell({
    docker: access.docker,
    dockerHost: access.dockerHost,
    containers: new Map(Object.entries(access.nodeContainers)),
  });
  return {
    clock: systemClock,
    kube,
    metrics,
    injector: new ChaosMeshInjector(kube),
    witnesses: new ClusterWitnesses(kube, nodes),
    nodes,
    remediation: new HealerLog(kube, metrics),
    audit: new NodeAuditSource(nodes, access.controlPlaneNode),
    workloads: new FolderWorkloads(access.workloadsDir),
    images: access.images,
    version: access.version,
  };
}

/** Opens the cluster that a suite was told to use; the suite's own process calls this. */
export async function openRuntime(config: unknown): Promise<SuiteRuntime> {
  const ports = composeRunner(config as ClusterAccess);
  return {
    run: (scenario, request) => runScenario(scenario, ports, request),
    async [Symbol.asyncDispose]() {
      await ports.clock.sleep(0);
    },
  };
}
