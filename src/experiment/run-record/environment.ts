export type ImageSource = 'pull' | 'airgap';

/** What really runs behind an image name; evidence quotes this. */
export interface ImageRecord {
  /** The reference by which the cluster knows it. */
  readonly name: string;
  readonly source: ImageSource;
  /** True version of the program inside, also where the tag says something else. */
  readonly version: string;
  /** Content digest, `sha256:…`. */
  readonly digest: string;
}

/** The cluster that a run took place on, and what ran there. */
export interface Environment {
  readonly healproofVersion: string;
  readonly kubernetesVersion: string;
  readonly prometheusVersion: string;
  readonly nodes: readonly {
    readonly name: string;
    readonly kernel: string;
    readonly runtime: string;
    readonly kubelet: string;
    readonly zone: string | null;
  }[];
  readonly images: readonly ImageRecord[];
}
