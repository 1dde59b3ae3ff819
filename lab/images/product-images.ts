import { join } from 'node:path';
import type { Versions } from './versions.ts';

/** A Node.js program of ours that runs in the cluster. */
export interface ProductImage {
  readonly id: 'healer' | 'janitor' | 'receiver' | 'shop';
  readonly name: string;
  readonly version: string;
  /** Entry file, absolute. */
  readonly entry: string;
  /** Further files by their place in the image. */
  readonly extraFiles: Readonly<Record<string, string>>;
}

/** Our programs; `helm` is what the healer calls to roll a release back, where it is known. */
export function productImages(versions: Versions, repoRoot: string, helm: string | undefined): ProductImage[] {
  const entries = {
    healer: 'healer/src',
    janitor: 'janitor/src',
    receiver: 'lab/receiver/src',
    shop: 'workloads/shop/src',
  } as const;
  return (['healer', 'janitor', 'receiver', 'shop'] as const).map((id) => ({
    id,
    name: `docker.io/healproof/${id}:${versions.own[id]}`,
    version: versions.own[id],
    entry: join(repoRoot, entries[id], 'main.ts'),
    extraFiles: id === 'healer' && helm !== undefined ? { '/usr/local/bin/helm': helm } : {},
  }));
}
