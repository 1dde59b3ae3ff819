import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const goModule = z.strictObject({ module: z.string(), version: z.string().startsWith('v') });

const moduleName = z.enum([
  'kubernetes',
  'etcd',
  'coredns',
  'containerd',
  'cni-plugins',
  'kind',
  'helm',
  'controller-gen',
  'chaos-mesh',
  'chaos-mesh-api',
  'prometheus',
  'alertmanager',
  'prometheus-adapter',
  'kube-router',
]);

const schema = z.strictObject({
  go: z.strictObject({ minimum: z.string(), toolchain: z.string() }),
  modules: z.record(moduleName, goModule),
  own: z.strictObject({
    cni: z.string(),
    healer: z.string(),
    janitor: z.string(),
    receiver: z.string(),
    shop: z.string(),
  }),
  tags: z.strictObject({
    kubernetes: z.string(),
    etcd: z.string(),
    coredns: z.string(),
    pause: z.array(z.string()),
    'chaos-mesh': z.string(),
    prometheus: z.string(),
    alertmanager: z.string(),
  }),
  pull: z.strictObject({
    node: z.string(),
    runtime: z.string(),
    images: z.array(z.strictObject({ name: z.string(), version: z.string() })),
  }),
  debian: z.strictObject({ node: z.array(z.string()), tools: z.array(z.string()), runtime: z.array(z.string()) }),
});

/** The one list of what is built or pulled, in which version and under which tag. */
export type Versions = z.infer<typeof schema>;
export type ModuleName = z.infer<typeof moduleName>;

/** Reads `lab/images/airgap/lock.json` of this checkout. */
export async function readVersions(repoRoot: string): Promise<Versions> {
  return schema.parse(JSON.parse(await readFile(join(repoRoot, 'lab', 'images', 'airgap', 'lock.json'), 'utf8')));
}
