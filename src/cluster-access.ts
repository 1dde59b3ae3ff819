import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.ts';
import { REPO_ROOT, VERSION } from './installation.ts';
import type { ImageRecord } from './ports/images.ts';
import type { LabInfo } from './ports/lab.ts';

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

/** What a suite is told about clusters: how to reach the lab, where one is needed, and how to make others. */
export interface SuiteClusters {
  readonly lab: ClusterAccess | null;
  readonly config: Config;
}

/** How a suite reaches the lab. */
export function accessOf(info: LabInfo, config: Config): ClusterAccess {
  const controlPlane = info.nodes.find((node) => node.role === 'control-plane');
  const own = join(config.projectDir, 'workloads');
  return {
    kubeconfigPath: info.kubeconfigPath,
    prometheusUrl: config.prometheusUrl ?? info.prometheusUrl,
    docker: info.docker,
    ...(info.dockerHost === null ? {} : { dockerHost: info.dockerHost }),
    controlPlaneNode: controlPlane?.name ?? '',
    nodeContainers: Object.fromEntries(info.nodes.map(({ name, container }) => [name, container])),
    workloadsDir: existsSync(own) ? own : join(REPO_ROOT, 'workloads'),
    images: info.images,
    version: VERSION,
  };
}
