import type { ImageRecord } from '../experiment/run-record/environment.ts';
import type { Progress } from './progress.ts';

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

/** What `ensureEngine`, `ensureTools` and `ensureImages` would still have to get, said before they start. */
export interface ImageNeeds {
  /** True where nothing is missing any more. */
  readonly isReady: boolean;
  readonly seconds: number;
  readonly diskBytes: number;
  readonly memoryBytes: number;
}

/** Makes sure that an engine answers, the tools are there and the node image exists; each call is idempotent. */
export interface Images {
  ensureEngine(options: EnsureOptions): Promise<Engine>;
  ensureTools(options: EnsureOptions): Promise<Tools>;
  ensureImages(options: EnsureOptions): Promise<ImageSet>;
  /** Changes nothing. */
  needs(): Promise<ImageNeeds>;
  /** The engine that answers now and a docker client for it, or null; installs and starts nothing. */
  findEngine(): Promise<(Engine & { readonly docker: string }) | null>;
  /** Path of one tar archive that holds these images of the current set, for nodes that already run. */
  archiveOf(names: readonly string[], options: EnsureOptions): Promise<string>;
  /** Removes images, tools and builds, and stops a private engine; the sentences say what was removed. */
  purge(options: EnsureOptions): Promise<readonly string[]>;
}
