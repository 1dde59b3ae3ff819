import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readVersions } from '../../lab/images/versions.ts';
import { run } from '../../src/adapters/process/command.ts';
import type { Wait } from '../../src/adapters/process/wait.ts';
import { systemClock } from '../../src/adapters/system-clock/system-clock.ts';
import { sourceBuiltPart } from '../../src/compose/compose-images.ts';
import { REPO_ROOT } from '../../src/installation.ts';
import type { EnsureOptions, MissingPart } from '../../src/ports/images.ts';
import { waitUntil } from '../../src/runner/waiting/wait-until.ts';

/** What makes NetworkPolicies hold on the cluster. */
export interface Enforcer {
  readonly name: string;
  /** An archive of images for the node and objects to apply; nothing where it comes with the cluster. */
  readonly parts?: { readonly archive: string; readonly manifest: string };
}

export interface EnforcerOptions extends EnsureOptions {
  readonly cacheDir: string;
  /** What the images in use lack. */
  readonly missing: readonly MissingPart[];
}

const MANIFEST = join(import.meta.dirname, 'kube-router.yaml');

/** kind's own network enforces policies; where the nodes have ours instead, kube-router is built: minutes, once. */
export async function findEnforcer({ cacheDir, missing, ...options }: EnforcerOptions): Promise<Enforcer> {
  if (!missing.some(({ part }) => part === 'kindnet')) return { name: 'kindnet' };
  const wait: Wait = (what, look, how) => waitUntil(look, { clock: systemClock, what, ...how });
  const site = { cacheDir, repoRoot: REPO_ROOT, clock: systemClock, wait };
  const archive = join(await sourceBuiltPart('kube-router-image', site, options), 'images.tar');
  const { version } = (await readVersions(REPO_ROOT)).modules['kube-router'];
  const manifest = (await readFile(MANIFEST, 'utf8')).replace('@KUBE_ROUTER_VERSION@', version);
  return { name: `kube-router ${version}`, parts: { archive, manifest } };
}

export interface EnforcedCluster {
  readonly name: string;
  /** Container of the node. */
  readonly node: string;
  readonly kind: string;
  readonly docker: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Whether it really enforces is the first thing that the tests ask. */
export async function installEnforcer({ parts }: Enforcer, cluster: EnforcedCluster): Promise<void> {
  if (parts === undefined) return;
  const { name, node, kind, docker, env } = cluster;
  await run(kind, ['load', 'image-archive', parts.archive, '--name', name], { env });
  const kubectl = ['exec', '-i', '-e', 'KUBECONFIG=/etc/kubernetes/admin.conf', node, 'kubectl'];
  await run(docker, [...kubectl, 'apply', '-f', '-'], { env, input: parts.manifest });
}
