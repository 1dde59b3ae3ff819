import { resolve } from 'node:path';
import { NodeAuditSource } from './adapters/audit-log/node-audit-source.ts';
import { ChaosMeshInjector } from './adapters/chaos-mesh/chaos-mesh-injector.ts';
import { minimalRecord } from './adapters/evidence/minimal-record.ts';
import { compilePaths } from './adapters/files/scenario-files.ts';
import { HealerLog } from './adapters/healer-log/healer-log.ts';
import { getDirectly } from './adapters/http/direct-http.ts';
import { connect, loadKubeConfig } from './adapters/kubernetes/connection.ts';
import { KubernetesApi } from './adapters/kubernetes/kube.ts';
import { getThroughProxy } from './adapters/kubernetes/service-proxy.ts';
import { LabFolder } from './adapters/lab/lab-state.ts';
import { DockerNodeShell } from './adapters/nodes/docker-node-shell.ts';
import { PrometheusSource } from './adapters/prometheus/prometheus-source.ts';
import { systemClock } from './adapters/system-clock/system-clock.ts';
import { ClusterWitnesses } from './adapters/witness/witnesses.ts';
import { FolderWorkloads } from './adapters/workloads/folder-workloads.ts';
import { accessOf, type ClusterAccess, type SuiteClusters } from './cluster-access.ts';
import { composeLab } from './compose-lab.ts';
import { type Config, loadConfig } from './config.ts';
import { PreflightError, ScenarioError } from './errors.ts';
import type { RunRecord } from './ports/reporter.ts';
import { inFreshCluster } from './runner/fresh-cluster.ts';
import type { RunnerPorts } from './runner/ports.ts';
import { runScenario } from './runner/run-scenario.ts';
import type { Scenario } from './scenario/scenario.ts';
import type { RunRequest, SuiteRuntime } from './vitest/suite-runtime.ts';

/** The composition root of a run: the one place that knows every adapter. */
export function composeRunner(access: ClusterAccess): RunnerPorts {
  const connection = connect(loadKubeConfig(access.kubeconfigPath, access.context));
  const kube = new KubernetesApi(connection);
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
    http: {
      get: (address, timeoutMs, signal) =>
        'url' in address
          ? getDirectly(address.url, timeoutMs, signal)
          : getThroughProxy(connection, address.service, timeoutMs),
    },
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

/**
 * Opens the clusters that a suite was told to use; the suite's own process calls this. A user's own Vitest project says
 * nothing and gets the lab of its configuration.
 */
export async function openRuntime(told: unknown): Promise<SuiteRuntime> {
  const { lab, config } = told === undefined ? await clustersOfProject() : (told as SuiteClusters);
  const ports = lab === null ? null : composeRunner(lab);
  return {
    run: async (scenario, request) => {
      if (scenario.cluster === 'fresh') return runInFreshCluster(scenario, request, config);
      if (ports === null) throw new PreflightError('there is no lab', { hint: 'Make one: npx healproof up' });
      return runScenario(scenario, ports, request);
    },
    async [Symbol.asyncDispose]() {
      await ports?.clock.sleep(0);
    },
  };
}

/** A lab with the run's name and the scenario's kind configuration, and with nothing but its own Prometheus. */
async function runInFreshCluster(scenario: Scenario, request: RunRequest, shared: Config): Promise<RunRecord> {
  const { runId, signal, reporter } = request;
  const own =
    scenario.clusterConfig === null ? shared.cluster.configPath : resolve(shared.projectDir, scenario.clusterConfig);
  const config: Config = { ...shared, prometheusUrl: null, cluster: { name: `healproof-${runId}`, configPath: own } };
  const { lab } = await composeLab(config);
  const startedAtMs = systemClock.now();
  return inFreshCluster({
    lab,
    signal,
    reporter,
    now: () => systemClock.now(),
    run: (info) => runScenario(scenario, composeRunner(accessOf(info, config)), request),
    skipped: (skippedBecause) => {
      const ended = { ...request, scenario, startedAtMs, endedAtMs: systemClock.now(), steps: [], failure: null };
      const reason = { code: 'PREFLIGHT_FAILED', message: skippedBecause } as const;
      return { ...minimalRecord({ ...ended, status: 'skipped', reason }), skippedBecause, judgement: null };
    },
  });
}

async function clustersOfProject(): Promise<SuiteClusters> {
  const { config } = await loadConfig({});
  const info = await new LabFolder(config.cacheDir, config.cluster.name).readInfo();
  return { lab: info === null ? null : accessOf(info, config), config };
}

/** Scenarios of one file, for a user's own Vitest project. @throws ScenarioError with every problem. */
export async function compileFile(file: string): Promise<readonly Scenario[]> {
  const { config } = await loadConfig({});
  const { scenarios, issues } = await compilePaths([file], { projectDir: config.projectDir, crdsDir: null });
  if (issues.length > 0) throw new ScenarioError(issues);
  return scenarios;
}
