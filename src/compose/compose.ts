import { dirname, resolve } from 'node:path';
import { LabFolder } from '../../lab/cluster/lab-state.ts';
import { NodeAuditSource } from '../adapters/audit-log/node-audit-source.ts';
import { ChaosMeshInjector, chaosMeshRef } from '../adapters/chaos-mesh/chaos-mesh-injector.ts';
import { minimalRecord } from '../adapters/evidence/minimal-record.ts';
import { redactValue } from '../adapters/evidence/redact.ts';
import { HealerLog } from '../adapters/healer-log/healer-log.ts';
import { HelmReleases } from '../adapters/helm/helm-releases.ts';
import type { Authorize } from '../adapters/http/authorization.ts';
import { getDirectly } from '../adapters/http/direct-http.ts';
import type { ApiAccess } from '../adapters/kubernetes/api-access.ts';
import { connect } from '../adapters/kubernetes/connection.ts';
import { KubernetesApi } from '../adapters/kubernetes/kube.ts';
import { loadKubeConfig } from '../adapters/kubernetes/kube-config.ts';
import { getThroughProxy, serviceProxy } from '../adapters/kubernetes/service-proxy.ts';
import { DockerNodeMachines } from '../adapters/nodes/docker-node-machines.ts';
import { DockerNodeShell } from '../adapters/nodes/docker-node-shell.ts';
import { UserNodeCommands } from '../adapters/nodes/user-node-commands.ts';
import { run } from '../adapters/process/command.ts';
import { fileCredentials } from '../adapters/prometheus/credentials.ts';
import { PrometheusRules } from '../adapters/prometheus/prometheus-rules.ts';
import { PrometheusSource } from '../adapters/prometheus/prometheus-source.ts';
import { parsePromql } from '../adapters/promql/promql-parser.ts';
import { HttpReceiver } from '../adapters/receiver/http-receiver.ts';
import { systemClock } from '../adapters/system-clock/system-clock.ts';
import { ClusterWitnesses } from '../adapters/witness/witnesses.ts';
import { FolderWorkloads } from '../adapters/workloads/folder-workloads.ts';
import type { Config } from '../config/config.ts';
import { messageOf, PreflightError, ScenarioError, UsageError } from '../errors.ts';
import type { RunRecord } from '../experiment/run-record/run-record.ts';
import { summaryOf } from '../experiment/run-record/run-summary.ts';
import type { Reporter } from '../ports/reporter.ts';
import type { RunnerPorts } from '../ports/runner-ports.ts';
import { inFreshCluster } from '../runner/cluster/fresh-cluster.ts';
import { publishRun } from '../runner/cluster/publish-run.ts';
import { NO_CLUSTER } from '../runner/plan/plan-scenario.ts';
import type { PlanPorts } from '../runner/plan/plan-targets.ts';
import { runScenario } from '../runner/run-scenario.ts';
import { waitUntil } from '../runner/waiting/wait-until.ts';
import type { Scenario } from '../scenario/model/scenario.ts';
import { createPromqlAnalyser } from '../scenario/promql/analysis.ts';
import type { RunRequest, SuiteRuntime } from '../suite/suite-runtime.ts';
import {
  accessOf,
  accessToContext,
  type ClusterAccess,
  type SuiteClusters,
  unknownCluster,
  withOwnCluster,
  workloadsDirOf,
} from './cluster-access.ts';

const analysePromql = createPromqlAnalyser(parsePromql);

/** The composition root of a run: the one place that knows every adapter. */
export function composeRunner(access: ClusterAccess): RunnerPorts {
  const api = loadKubeConfig(access.kubeconfigPath, access.context);
  const connection = connect(api);
  const kube = new KubernetesApi(connection);
  const prometheus = prometheusOf(access, api);
  const metrics = new PrometheusSource(prometheus.url, prometheus.authorize);
  const containers = new Map(Object.entries(access.nodeContainers));
  const docker = { docker: access.docker, dockerHost: access.dockerHost, containers };
  const nodes = new DockerNodeShell(docker);
  const machines = new DockerNodeMachines(docker, logFolderOf(access));
  const given = access.nodeCommands ?? { actions: {}, folder: '.', deadlineMs: 0 };
  const commands = new UserNodeCommands({ ...given, run, logFolder: logFolderOf(access) });
  return {
    clock: systemClock,
    kube,
    metrics,
    analysePromql,
    alertRules: new PrometheusRules(prometheus.url, prometheus.authorize),
    receiver: typeof access.receiverUrl === 'string' ? new HttpReceiver(access.receiverUrl) : null,
    http: {
      get: (address, timeoutMs, signal) =>
        'url' in address
          ? getDirectly(address.url, timeoutMs, signal)
          : getThroughProxy(connection, address.service, timeoutMs),
    },
    injector: new ChaosMeshInjector(kube),
    witnesses: new ClusterWitnesses({ kube, shell: nodes, machines, commands, metrics }),
    nodes,
    machines,
    commands,
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

/** What a plan needs where no cluster is there: scenarios of which each will have one of its own. */
export function composeWithoutCluster(config: Config): PlanPorts {
  const noWay = new PreflightError('there is no cluster yet');
  return {
    kube: NO_CLUSTER,
    nodes: { reaches: () => false, run: () => Promise.reject(noWay) },
    injector: { refOf: chaosMeshRef },
    workloads: new FolderWorkloads(workloadsDirOf(config)),
  };
}

/** Where processes that outlive a run say what they did. */
function logFolderOf({ kubeconfigPath }: ClusterAccess): string {
  return dirname(kubeconfigPath);
}

interface Authorized {
  readonly url: string;
  readonly authorize: Authorize | null;
}

function prometheusOf({ prometheusUrl, prometheus }: ClusterAccess, api: ApiAccess): Authorized {
  const service = prometheus?.service ?? null;
  if (service !== null) return serviceProxy(api, service);
  return { url: prometheusUrl, authorize: prometheus === undefined ? null : fileCredentials(prometheus) };
}

/**
 * Opens the clusters that a suite was told to use; the suite's own process calls this. A user's own Vitest project says
 * nothing and gets the lab of its configuration.
 */
export async function openRuntime(told: unknown): Promise<SuiteRuntime> {
  const { shared, config } = told === undefined ? await clustersOfProject() : (told as SuiteClusters);
  const ports = shared === null ? null : composeRunner(shared);
  return {
    run: async (scenario, request) => {
      if (scenario.cluster === 'fresh') return runInFreshCluster(scenario, request, config);
      const unknown = unknownCluster(scenario, config);
      if (unknown !== null) throw new UsageError(unknown);
      if (ports === null) throw new PreflightError('there is no lab', { hint: 'Make one: npx healproof up' });
      const record = await runScenario(scenario, ports, request);
      await publish(record, ports, request.reporter);
      return record;
    },
    async [Symbol.asyncDispose]() {
      await ports?.clock.sleep(0);
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

/** A lab with the run's name and the scenario's kind configuration, and with nothing but its own Prometheus. */
async function runInFreshCluster(scenario: Scenario, request: RunRequest, shared: Config): Promise<RunRecord> {
  const { runId, signal, reporter } = request;
  const own =
    scenario.clusterConfig === null ? shared.cluster.configPath : resolve(shared.projectDir, scenario.clusterConfig);
  const config = withOwnCluster(shared, `healproof-${runId}`, own);
  const { composeLab } = await import('./compose-lab.ts');
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
      return minimalRecord({ ...ended, status: 'skipped', skippedBecause });
    },
  });
}

async function clustersOfProject(): Promise<SuiteClusters> {
  const { loadConfig } = await import('../config/config.ts');
  const { config } = await loadConfig({});
  const { context } = config.cluster;
  if (context !== null) return { shared: accessToContext(context, config), config };
  const info = await new LabFolder(config.cacheDir, config.cluster.name).readInfo();
  return { shared: info === null ? null : accessOf(info, config), config };
}

/** Scenarios of one file, for a user's own Vitest project. @throws ScenarioError with every problem. */
export async function compileFile(file: string): Promise<readonly Scenario[]> {
  const { loadConfig } = await import('../config/config.ts');
  const { compilePaths } = await import('../adapters/files/scenario-files.ts');
  const { config } = await loadConfig({});
  const { scenarios, issues } = await compilePaths([file], {
    projectDir: config.projectDir,
    crdsDir: null,
    analysePromql,
  });
  if (issues.length > 0) throw new ScenarioError(issues);
  return scenarios;
}
