import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { ConsoleProgress } from '../adapters/console/console-progress.ts';
import { terminalOptions } from '../adapters/console/console-reporter.ts';
import { LocalHost } from '../adapters/host/local-host.ts';
import { connect, loadKubeConfig } from '../adapters/kubernetes/connection.ts';
import { KubernetesApi } from '../adapters/kubernetes/kube.ts';
import { KindLab } from '../adapters/lab/kind-lab.ts';
import { run } from '../adapters/process/command.ts';
import type { Wait } from '../adapters/process/wait.ts';
import { systemClock } from '../adapters/system-clock/system-clock.ts';
import type { ClusterAccess } from '../compose.ts';
import { createImages } from '../compose-images.ts';
import type { Config } from '../config.ts';
import type { Images } from '../ports/images.ts';
import type { Lab, LabInfo } from '../ports/lab.ts';
import type { Progress } from '../ports/progress.ts';
import { waitUntil } from '../runner/wait-until.ts';

/** This checkout or installed package: `airgap/`, `deploy/` and our programs are below it. */
export const REPO_ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const VERSION = packageJson.version;

/** What most commands need, made from the configuration. */
export interface Workbench {
  readonly config: Config;
  readonly lab: Lab;
  readonly images: Images;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

const wait: Wait = (what, look, options) => waitUntil(look, { clock: systemClock, what, ...options });

export async function openWorkbench(config: Config, signal: AbortSignal): Promise<Workbench> {
  const { cacheDir, cluster, prometheusUrl, deadlines, tools, imageSource, engine } = config;
  const images = await createImages({
    source: imageSource,
    engine,
    cacheDir,
    repoRoot: REPO_ROOT,
    tools,
    clock: systemClock,
    wait,
  });
  const lab = new KindLab({
    clusterName: cluster.name,
    cacheDir,
    kindConfigPath: cluster.configPath ?? join(REPO_ROOT, 'kind-config.yaml'),
    deployDir: join(REPO_ROOT, 'deploy'),
    prometheusUrl,
    buildMs: deadlines.buildMs,
    labMs: deadlines.labMs,
    images,
    host: new LocalHost(),
    run,
    wait,
    clock: systemClock,
    connect: (kubeconfigPath) => new KubernetesApi(connect(loadKubeConfig(kubeconfigPath))),
    answers,
  });
  const progress = new ConsoleProgress(terminalOptions(process.stderr, process.env));
  return { config, lab, images, progress, signal };
}

async function answers(url: string, signal: AbortSignal): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(2_000)]) })).status === 200;
  } catch (error: unknown) {
    signal.throwIfAborted();
    if (error instanceof Error) return false;
    throw error;
  }
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
