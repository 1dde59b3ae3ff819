import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { inotifyNeeds } from '../../lab/cluster/preflight.ts';
import { LocalHost } from '../../src/adapters/host/local-host.ts';
import { run } from '../../src/adapters/process/command.ts';
import { openWorkbench } from '../../src/cli/workbench/workbench.ts';
import { loadConfig } from '../../src/config/config.ts';
import { findEnforcer, installEnforcer } from './enforcer.ts';

declare module 'vitest' {
  interface ProvidedContext {
    plainCluster: PlainCluster;
  }
}

/** A cluster of one node that has the healer's image, enforces NetworkPolicies, and has nothing else of healproof. */
export interface PlainCluster {
  readonly kubeconfig: string;
  readonly helm: string;
  readonly docker: string;
  /** Where the engine is, in the environment of its client. */
  readonly engine: Readonly<Record<string, string>>;
  /** Container of the node. */
  readonly node: string;
  /** What is there to enforce NetworkPolicies. */
  readonly enforcer: string;
}

const NAME = 'healproof-chart';
const CREATE_MS = 300_000;

/** Makes the cluster anew and removes it in the end, whatever becomes of the tests. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { config } = await loadConfig({});
  const options = { signal: new AbortController().signal };
  const { labParts, progress } = openWorkbench(config, options.signal);
  const { images } = await labParts();
  const { dockerHost } = await images.ensureEngine({ ...options, progress });
  const { kind, helm, docker } = await images.ensureTools({ ...options, progress });
  const { nodeImage, missing } = await images.ensureImages({ ...options, progress });
  const enforcer = await findEnforcer({ ...options, progress, missing, cacheDir: config.cacheDir });
  await checkRoom();
  const folder = await mkdtemp(join(tmpdir(), 'healproof-chart-'));
  const kubeconfig = join(folder, 'kubeconfig');
  const engine: Record<string, string> = dockerHost === undefined ? {} : { DOCKER_HOST: dockerHost };
  const node = `${NAME}-control-plane`;
  const env = { ...engine, KIND_EXPERIMENTAL_PROVIDER: 'docker', KUBECONFIG: undefined };
  const remove = async (): Promise<void> => {
    await run(kind, ['delete', 'cluster', '--name', NAME, '--kubeconfig', kubeconfig], { env });
    await rm(folder, { recursive: true, force: true });
  };
  const step = progress.begin('Creating a kind cluster of one node');
  try {
    // What a killed run has left.
    await run(kind, ['delete', 'cluster', '--name', NAME, '--kubeconfig', kubeconfig], { env });
    const args = ['create', 'cluster', '--name', NAME, '--image', nodeImage, '--kubeconfig', kubeconfig];
    await run(kind, [...args, '--wait', '180s'], { env, timeoutMs: CREATE_MS });
    await installEnforcer(enforcer, { name: NAME, node, kind, docker, env });
    step.done();
  } catch (error) {
    step.failed('not created');
    await remove();
    throw error;
  }
  project.provide('plainCluster', { kubeconfig, helm, docker, engine, node, enforcer: enforcer.name });
  return remove;
}

/** A node that runs out of inotify instances fails in ways that nobody can read. */
async function checkRoom(): Promise<void> {
  const inotify = await new LocalHost().inotify();
  if (inotify === null || inotify.limit - inotify.used >= inotifyNeeds(1)) return;
  throw new Error(
    `a node of kind needs ${inotifyNeeds(1)} inotify instances, ${inotify.limit - inotify.used} of ${inotify.limit} are left: ` +
      'take the lab down first (`healproof down`), or raise fs.inotify.max_user_instances',
  );
}
