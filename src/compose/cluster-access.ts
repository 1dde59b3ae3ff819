import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config, PrometheusSettings } from '../config/config.ts';
import type { NodeCommandSettings } from '../config/node-command-settings.ts';
import type { ImageRecord } from '../experiment/run-record/environment.ts';
import { REPO_ROOT, VERSION } from '../installation.ts';
import type { LabInfo } from '../ports/lab.ts';
import type { Scenario } from '../scenario/model/scenario.ts';

/** How to reach everything in one cluster; plain data, so that it can be handed to another process. */
export interface ClusterAccess {
  readonly kubeconfigPath: string;
  /** Undefined: the file's current context. */
  readonly context?: string | undefined;
  readonly prometheusUrl: string;
  /** How to be let in there; without it nothing is shown. */
  readonly prometheus?: PrometheusSettings | undefined;
  /** Null where nobody takes messages. */
  readonly receiverUrl?: string | null;
  readonly docker: string;
  /** Path or name of Helm. */
  readonly helm: string;
  readonly dockerHost?: string | undefined;
  readonly controlPlaneNode: string;
  /** A user's own commands for faults of nodes. */
  readonly nodeCommands?: NodeCommandSettings | null;
  /** Container of each node by node name; empty where nodes cannot be entered. */
  readonly nodeContainers: Readonly<Record<string, string>>;
  readonly workloadsDir: string;
  readonly images: readonly ImageRecord[];
  readonly version: string;
}

/** What a suite is told about clusters. */
export interface SuiteClusters {
  /** The lab, or the context that is used instead; null where every scenario has a cluster of its own. */
  readonly shared: ClusterAccess | null;
  /** By it a cluster of its own is made for a run. */
  readonly config: Config;
}

/** The sentence for which a scenario has nowhere to run, or null. What is meant for the lab runs on a context instead. */
export function unknownCluster({ name, file, cluster }: Scenario, { cluster: { context } }: Config): string | null {
  if (cluster === 'lab' || cluster === 'fresh' || cluster === context) return null;
  return `${file}: ${name} wants the cluster ${cluster}, which is not configured: say --context ${cluster}`;
}

/** Settings for a cluster that is made for one run; neither another context nor another Prometheus has a say there. */
export function withOwnCluster(config: Config, name: string, configPath: string | null): Config {
  const cluster = { ...config.cluster, name, configPath, context: null, allowContext: null, namespaces: [] };
  const prometheus = { bearerTokenFile: null, caFile: null, certFile: null, keyFile: null, service: null };
  return { ...config, cluster, prometheusUrl: null, prometheus, receiverUrl: null };
}

/** How a suite reaches the lab. */
export function accessOf(info: LabInfo, config: Config): ClusterAccess {
  const controlPlane = info.nodes.find((node) => node.role === 'control-plane');
  return {
    kubeconfigPath: info.kubeconfigPath,
    prometheusUrl: config.prometheusUrl ?? info.prometheusUrl,
    prometheus: config.prometheus,
    receiverUrl: config.receiverUrl ?? info.receiverUrl ?? null,
    docker: info.docker,
    helm: config.tools.helm ?? info.helm ?? 'helm',
    ...(info.dockerHost === null ? {} : { dockerHost: info.dockerHost }),
    controlPlaneNode: controlPlane?.name ?? '',
    nodeContainers: Object.fromEntries(info.nodes.map(({ name, container }) => [name, container])),
    nodeCommands: config.nodeCommands,
    workloadsDir: workloadsDirOf(config),
    images: info.images,
    version: VERSION,
  };
}

/** How a suite reaches a cluster that healproof did not make: nobody can enter its nodes or read its audit log. */
export function accessToContext(context: string, config: Config): ClusterAccess {
  return {
    kubeconfigPath: config.cluster.kubeconfig,
    context,
    prometheusUrl: config.prometheusUrl ?? '',
    prometheus: config.prometheus,
    receiverUrl: config.receiverUrl,
    docker: 'docker',
    helm: config.tools.helm ?? 'helm',
    controlPlaneNode: '',
    nodeContainers: {},
    nodeCommands: config.nodeCommands,
    workloadsDir: workloadsDirOf(config),
    images: [],
    version: VERSION,
  };
}

/** Beside the configuration file, or the workloads that come with healproof. */
export function workloadsDirOf({ projectDir }: Config): string {
  const own = join(projectDir, 'workloads');
  return existsSync(own) ? own : join(REPO_ROOT, 'workloads');
}
