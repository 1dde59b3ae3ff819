import { digestOf } from './digest.ts';
import type { Layer } from './layer.ts';

/** What a container made from the image runs, and as whom. */
export interface ImageConfig {
  readonly entrypoint: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** `uid:gid`; root where it is missing. */
  readonly user?: string;
  readonly workingDir?: string;
  readonly stopSignal?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

export interface ImageSpec {
  /** Full references, all meaning the same image. */
  readonly names: readonly string[];
  readonly layers: readonly Layer[];
  readonly config: ImageConfig;
}

export interface Blob {
  readonly digest: string;
  readonly content: string;
}

/** The two documents that make layers an image. */
export interface BuiltImage {
  readonly spec: ImageSpec;
  readonly config: Blob;
  readonly manifest: Blob;
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
  compressedLayer: 'application/vnd.oci.image.layer.v1.tar+zstd',
} as const;

/** The machine types that images are made for, in the words of container engines. */
export type Architecture = 'amd64' | 'arm64';

/** Writes configuration and manifest of an image; no clock is read, so equal input gives equal digests. */
export function buildImage(spec: ImageSpec, architecture: Architecture): BuiltImage {
  const config = blob({
    created: '1970-01-01T00:00:00Z',
    architecture,
    os: 'linux',
    config: runtimeConfig(spec.config),
    rootfs: { type: 'layers', diff_ids: spec.layers.map((layer) => layer.diffId) },
    history: spec.layers.map(() => ({ created: '1970-01-01T00:00:00Z', created_by: 'healproof' })),
  });
  const manifest = blob({
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: { mediaType: mediaTypes.config, digest: config.digest, size: Buffer.byteLength(config.content) },
    layers: spec.layers.map(({ digest, sizeBytes, isCompressed }) => ({
      mediaType: isCompressed ? mediaTypes.compressedLayer : mediaTypes.layer,
      digest,
      size: sizeBytes,
    })),
  });
  return { spec, config, manifest };
}

function runtimeConfig(config: ImageConfig): Record<string, unknown> {
  return {
    Entrypoint: config.entrypoint,
    Env: Object.entries({ PATH, ...config.env }).map(([name, value]) => `${name}=${value}`),
    ...(config.user === undefined ? {} : { User: config.user }),
    ...(config.workingDir === undefined ? {} : { WorkingDir: config.workingDir }),
    ...(config.stopSignal === undefined ? {} : { StopSignal: config.stopSignal }),
    ...(config.labels === undefined ? {} : { Labels: config.labels }),
  };
}

function blob(document: unknown): Blob {
  const content = JSON.stringify(document);
  return { digest: digestOf(content), content };
}
