import { gzipSync } from 'node:zlib';
import type { V1Secret } from '@kubernetes/client-node';
import type { ReleaseStatus } from '../../src/releases/secrets/release.ts';

export interface ReleaseSample {
  readonly namespace?: string;
  readonly release?: string;
  readonly revision?: number;
  readonly status?: ReleaseStatus;
  readonly description?: string;
  readonly manifest?: string;
  readonly changedAt?: string;
}

/** A Deployment in a chart's output. */
export function deploymentManifest(name = 'shop-release', image = 'shop:1', metadata = ''): string {
  return `---
# Source: shop/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
${metadata}spec:
  template:
    metadata:
      labels: {app: ${name}}
    spec:
      containers: [{name: shop, image: "${image}"}]
`;
}

/** The bytes under the key `release`, as Helm makes them. */
export function packRelease(release: unknown): string {
  const inner = gzipSync(JSON.stringify(release)).toString('base64');
  return Buffer.from(inner).toString('base64');
}

/** A release Secret as Helm writes it. */
export function releaseSecret(
  sample: ReleaseSample = {},
): V1Secret & { metadata: { name: string; namespace: string } } {
  const { namespace = 'shop', release = 'shop-release', revision = 1, status = 'deployed' } = sample;
  const { description = 'Install complete', manifest = deploymentManifest() } = sample;
  const changedAt = sample.changedAt ?? '2026-01-01T00:00:00Z';
  const body = { name: release, namespace, version: revision, manifest, info: { status, description } };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'helm.sh/release.v1',
    metadata: {
      name: `sh.helm.release.v1.${release}.v${revision}`,
      namespace,
      uid: `uid-${release}-${revision}`,
      labels: { owner: 'helm', name: release, status, version: String(revision) },
      creationTimestamp: new Date(changedAt),
    },
    data: { release: packRelease(body) },
  };
}
