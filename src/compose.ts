import { dirname } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { NodeAuditSource } from './adapters/audit-log/node-audit-source.ts';
import { ChaosMeshInjector } from './adapters/chaos-mesh/chaos-mesh-injector.ts';
import { redactValue } from './adapters/evidence/redact.ts';
import { compilePaths } from './adapters/files/scenario-files.ts';
import { HealerLog } from './adapters/healer-log/healer-log.ts';
import { HelmReleases } from './adapters/helm/helm-releases.ts';
import { connect, loadKubeConfig } from './adapters/kubernetes/connection.ts';
import { KubernetesApi } from './adapters/kubernetes/kube.ts';
import { serviceProxy } from './adapters/kubernetes/service-proxy.ts';
import { LabFolder } from './adapters/lab/lab-state.ts';
import { DockerNodeMachines } from './adapters/nodes/docker-node-machines.ts';
import { DockerNodeShell } from './adapters/nodes/docker-node-shell.ts';
import { run } from './adapters/process/command.ts';
import { fileCredentials } from './adapters/prometheus/credentials.ts';
import { PrometheusSource } from './adapters/prometheus/prometheus-source.ts';
import { systemClock } from './adapters/system-clock/system-clock.ts';
import { ClusterWitnesses } from './adapters/witness/witnesses.ts';
import { FolderWorkloads } from './adapters/workloads/folder-workloads.ts';
import { accessOf, accessToContext, type ClusterAccess } from './cluster-access.ts';
import { loadConfig } from './config.ts';
import { messageOf, PreflightError, ScenarioError } from './errors.ts';
import type { Reporter, RunRecord } from './ports/reporter.ts';
import { summaryOf } from './ports/run-summary.ts';
import type { RunnerPorts } from './runner/ports.ts';
import { publishRun } from './runner/publish-run.ts';
import { runScenario } from './runner/run-scenario.ts';
import { waitUntil } from './runner/wait-until.ts';
import type { Scenario } from './scenario/scenario.ts';
import type { SuiteRuntime } from './vitest/suite-runtime.ts';

/** The composition root of a run: the one place that knows every adapter. */
export function composeRunner(access: ClusterAccess): RunnerPorts {
  const kubeConfig = loadKubeConfig(access.kubeconfigPath, access.context);
  const kube = new KubernetesApi(connect(kubeConfig));
  const metrics = prometheusOf(access, kubeConfig);
  const containers = new Map(Object.entries(access.nodeContainers));
  const docker = { docker: access.docker, dockerHost: access.dockerHost, containers };
  const nodes = new DockerNodeShell(docker);
  const machines = new DockerNodeMachines(docker, dirname(access.kubeconfigPath));
  return {
    clock: systemClock,
    kube,
    metrics,
    injector: new ChaosMeshInjector(kube),
    witnesses: new ClusterWitnesses({ kube, shell: nodes, machines, metrics }),
    nodes,
    machines,
    releases: new HelmReleases({
      run,
      wait: (what, look, options) => waitUntil(look, { clock: systemClock, what, ...options }),
      clock: systemClock,
      kube,
      helm: access.helm,
      kubeconfigPath: access.kubeconfigPath,
      context: access.context,
    }),
    remediation: new HealerLog(kube, metrics),
    audit: new NodeAuditSource(nodes, access.controlPlaneNode),
    workloads: new FolderWorkloads(access.workloadsDir),
    images: access.images,
    version: access.version,
  };
}

function prometheusOf({ prometheusUrl, prometheus }: ClusterAccess, kubeConfig: KubeConfig): PrometheusSource {
  const service = prometheus?.service ?? null;
  if (service === null)
    return new PrometheusSource(prometheusUrl, prometheus === undefined ? null : fileCredentials(prometheus));
  const { url, authorize } = serviceProxy(kubeConfig, service);
  return new PrometheusSource(url, authorize);
}

/**
 * Opens the cluster that a suite was told to use; the suite's own process calls this. A user's own Vitest project says
 * nothing and gets the lab of its configuration.
 */
export async function openRuntime(config: unknown): Promise<SuiteRuntime> {
  const ports = composeRunner(config === undefined ? await accessToLab() : (config as ClusterAccess));
  return {
    run: async (scenario, request) => {
      const record = await runScenario(scenario, ports, request);
      await publish(record, ports, request.reporter);
      return record;
    },
    async [Symbol.asyncDispose]() {
      await ports.clock.sleep(0);
    },
  };
}

/** Dashboards are a convenience: that they miss a run is noted and changes nothing about it. */
async function publish(record: RunRecord, { kube, clock }: RunnerPorts, reporter: Reporter): Promise<void> {
  try {
    await publishRun(kube, redactValue(summaryOf(record)));
  } catch (error: unknown) {
    const message = `the run's figures do not reach Prometheus: ${messageOf(error)}`;
    reporter.onEvent({ type: 'note', atMs: clock.now(), message });
  }
}

async function accessToLab(): Promise<ClusterAccess> {
  const { config } = await loadConfig({});
  if (config.cluster.context !== null) return accessToContext(config.cluster.context, config);
  const info = await new LabFolder(config.cacheDir, config.cluster.name).readInfo();
  if (info === null) throw new PreflightError('there is no lab', { hint: 'Make one: npx healproof up' });
  return accessOf(info, config);
}

/** Scenarios of one file, for a user's own Vitest project. @throws ScenarioError with every problem. */
export async function compileFile(file: string): Promise<readonly Scenario[]> {
  const { config } = await loadConfig({});
  const { scenarios, issues } = await compilePaths([file], { projectDir: config.projectDir, crdsDir: null });
  if (issues.length > 0) throw new ScenarioError(issues);
  return scenarios;
}
