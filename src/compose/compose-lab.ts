import { join } from 'node:path';
import { KindLab } from '../../lab/cluster/kind-lab.ts';
import { LocalHost } from '../adapters/host/local-host.ts';
import type { Authorize } from '../adapters/http/authorization.ts';
import { connect } from '../adapters/kubernetes/connection.ts';
import { KubernetesApi } from '../adapters/kubernetes/kube.ts';
import { loadKubeConfig } from '../adapters/kubernetes/kube-config.ts';
import { issueCertificate } from '../adapters/openssl/certificate.ts';
import { run } from '../adapters/process/command.ts';
import type { Wait } from '../adapters/process/wait.ts';
import { fileCredentials, statusOf } from '../adapters/prometheus/credentials.ts';
import { systemClock } from '../adapters/system-clock/system-clock.ts';
import type { Config } from '../config/config.ts';
import { REPO_ROOT } from '../installation.ts';
import type { Host } from '../ports/host.ts';
import type { Images } from '../ports/images.ts';
import type { Lab } from '../ports/lab.ts';
import { waitUntil } from '../runner/waiting/wait-until.ts';
import { workloadsDirOf } from './cluster-access.ts';
import { createImages } from './compose-images.ts';

const wait: Wait = (what, look, options) => waitUntil(look, { clock: systemClock, what, ...options });

export interface LabParts {
  readonly lab: Lab;
  readonly images: Images;
  readonly host: Host;
}

/** The lab that a configuration describes: the shared one, or with another name and shape one of its own. */
export async function composeLab(config: Config): Promise<LabParts> {
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
  const host = new LocalHost();
  const lab = new KindLab({
    clusterName: cluster.name,
    cacheDir,
    kindConfigPath: cluster.configPath ?? join(REPO_ROOT, 'kind-config.yaml'),
    deployDir: join(REPO_ROOT, 'lab', 'deploy'),
    workloadsDir: workloadsDirOf(config),
    issueCertificate: (name) => issueCertificate(run, name),
    prometheusUrl,
    buildMs: deadlines.buildMs,
    labMs: deadlines.labMs,
    images,
    host,
    run,
    wait,
    clock: systemClock,
    connect: (kubeconfigPath) => new KubernetesApi(connect(loadKubeConfig(kubeconfigPath))),
    answers: (url, waiting) => answers(url, fileCredentials(config.prometheus), waiting),
  });
  return { lab, images, host };
}

async function answers(url: string, authorize: Authorize, signal: AbortSignal): Promise<boolean> {
  try {
    return (await statusOf(url, authorize, AbortSignal.any([signal, AbortSignal.timeout(2_000)]))) === 200;
  } catch (error: unknown) {
    signal.throwIfAborted();
    if (error instanceof Error) return false;
    throw error;
  }
}
