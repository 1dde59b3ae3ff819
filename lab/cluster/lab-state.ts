import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ifAbsent } from '../../src/absent.ts';
import { PreflightError } from '../../src/errors.ts';
import { DEAD_MAN, objectRefSchema } from '../../src/experiment/cluster-records/undo.ts';
import type { Kube, KubeRef } from '../../src/ports/kube.ts';
import type { LabInfo } from '../../src/ports/lab.ts';
import type { RenderedKindConfig } from './kind-config.ts';

const recordSchema = z.object({
  name: z.string(),
  source: z.enum(['pull', 'airgap']),
  version: z.string(),
  digest: z.string(),
});

const deployedSchema = z.object({
  version: z.literal(1),
  /** Hash of what can only be changed by making the cluster anew. */
  cluster: z.string(),
  components: z.record(z.string(), z.object({ content: z.string(), workloads: z.array(objectRefSchema) })),
  /** What the nodes really hold. */
  images: z.array(recordSchema),
});

/** What was brought into a cluster; kept in the cluster itself, so that it can never speak of another one. */
export type Deployed = z.infer<typeof deployedSchema>;

const STATE: KubeRef & { readonly namespace: string } = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: DEAD_MAN.namespace,
  name: 'healproof-lab',
};
const STATE_KEY = 'state.json';

/** Null where nothing was ever fully deployed, or by a version with another format. */
export async function readDeployed(kube: Kube): Promise<Deployed | null> {
  const found = await kube.get(STATE);
  const text = (found?.data as Readonly<Record<string, string>> | undefined)?.[STATE_KEY];
  const parsed = text === undefined ? undefined : deployedSchema.safeParse(JSON.parse(text));
  return parsed?.success === true ? parsed.data : null;
}

export async function writeDeployed(kube: Kube, deployed: Deployed): Promise<void> {
  const { apiVersion, kind, namespace, name } = STATE;
  const metadata = { name, namespace, labels: { 'app.kubernetes.io/part-of': 'healproof' } };
  await kube.apply({ apiVersion, kind, metadata, data: { [STATE_KEY]: JSON.stringify(deployed) } });
}

/** Files of one lab in the cache folder. */
export class LabFolder {
  readonly path: string;
  readonly #cluster: string;

  constructor(cacheDir: string, cluster: string) {
    this.#cluster = cluster;
    this.path = join(cacheDir, 'labs', cluster);
  }

  get kubeconfig(): string {
    return join(this.path, 'kubeconfig');
  }

  get kindConfig(): string {
    return join(this.path, 'kind-config.yaml');
  }

  /** Mounted into every node: says whose it is. */
  get mark(): string {
    return join(this.path, 'mark');
  }

  /** Copies of what the kind configuration mounts. */
  get mounts(): string {
    return join(this.path, 'mounts');
  }

  get lock(): string {
    return `${this.path}.lock`;
  }

  /** Empties the folder of an earlier lab and lays out what kind needs. */
  async prepare({ text, copies }: Pick<RenderedKindConfig, 'text' | 'copies'>): Promise<void> {
    await this.remove();
    await mkdir(this.mark, { recursive: true });
    for (const { from, to } of copies) await cp(from, to, { recursive: true });
    await writeFile(this.kindConfig, text);
  }

  /** Null until kind has made the whole cluster. */
  async readInfo(): Promise<LabInfo | null> {
    const text = await readFile(this.#infoFile, 'utf8').catch(ifAbsent(null));
    return text === null ? null : (JSON.parse(text) as LabInfo);
  }

  /** How the lab is reached. @throws PreflightError where there is none. */
  async open(): Promise<LabInfo> {
    const info = await this.readInfo();
    if (info !== null) return info;
    throw new PreflightError(`there is no lab named ${this.#cluster}`, { hint: 'Make one: healproof up' });
  }

  async writeInfo(info: LabInfo): Promise<void> {
    await writeFile(`${this.#infoFile}.new`, `${JSON.stringify(info, null, 2)}\n`);
    await rename(`${this.#infoFile}.new`, this.#infoFile);
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
  }

  get #infoFile(): string {
    return join(this.path, 'lab.json');
  }
}
