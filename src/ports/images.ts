import type { Progress } from './progress.ts';

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

/** A part that this source cannot deliver, with the reason in a sentence. */
export interface MissingPart {
  readonly part: string;
  readonly reason: string;
}

export interface ImageSet {
  /** Reference of the kind node image with every lab image preloaded. */
  readonly nodeImage: string;
  readonly records: readonly ImageRecord[];
  readonly missing: readonly MissingPart[];
  /** Folder of the Chaos Mesh chart, and the tag its images carry. */
  readonly chaosMeshChart: string;
  readonly chaosMeshTag: string;
}

/** Absolute paths of the programs the lab drives. */
export interface Tools {
  readonly kind: string;
  readonly helm: string;
  readonly docker: string;
}

/** Everything a container engine command needs in its environment. */
export interface Engine {
  /** `unix:///…`, or undefined for the user's default context. */
  readonly dockerHost: string | undefined;
  readonly isPrivate: boolean;
  readonly version: string;
}

export interface EnsureOptions {
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** Makes sure that an engine answers, the tools are there and the node image exists; each call is idempotent. */
export interface Images {
  readonly source: ImageSource;
  ensureEngine(options: EnsureOptions): Promise<Engine>;
  ensureTools(options: EnsureOptions): Promise<Tools>;
  ensureImages(options: EnsureOptions): Promise<ImageSet>;
}
