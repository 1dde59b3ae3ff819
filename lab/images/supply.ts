import type { ImageRecord, ImageSource } from '../../src/experiment/run-record/environment.ts';
import type { EnsureOptions, ImageNeeds, MissingPart } from '../../src/ports/images.ts';
import type { DockerClient } from './docker-client.ts';
import type { BundledProgram } from './node-image.ts';

/** A node image with everything baked in but our own programs, and what came with it. */
export interface Base {
  /** Reference of the image in the engine. */
  readonly image: string;
  /** Changes with anything that decides its content. */
  readonly key: string;
  readonly kubernetesTag: string;
  /** What the node image itself consists of. */
  readonly nodeVersion: string;
  readonly records: readonly ImageRecord[];
  readonly missing: readonly MissingPart[];
  readonly chaosMeshChart: string;
  readonly chaosMeshTag: string;
  /** A helm for Linux, for the images; undefined where there is none. */
  readonly helm: string | undefined;
}

export type BaseNeeds = Omit<ImageNeeds, 'isReady'> & { readonly key: string | undefined };

/** One of the two ways to come by images. */
export interface Supply {
  readonly source: ImageSource;
  /** What the base would still take; the key is known once all its ingredients are. */
  needs(): Promise<BaseNeeds>;
  /** Makes the base or finds it made. */
  base(client: DockerClient, options: EnsureOptions): Promise<Base>;
  /** Writes one archive with the images of our programs; `work` is an empty folder. */
  writePrograms(client: DockerClient, request: ProgramRequest): Promise<readonly ImageRecord[]>;
  /** Writes one archive with these images, of the base or our own. */
  writeArchive(client: DockerClient, names: readonly string[], request: MixedRequest): Promise<void>;
}

export interface ArchiveRequest extends EnsureOptions {
  readonly archive: string;
  /** An empty folder. */
  readonly work: string;
}

export interface MixedRequest extends ArchiveRequest {
  /** The archive of our own programs' images. */
  readonly programs: string;
}

export interface ProgramRequest extends ArchiveRequest {
  readonly programs: readonly BundledProgram[];
}
