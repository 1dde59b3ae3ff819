import { randomUUID } from 'node:crypto';
import type { DockerClient } from './docker-client.ts';

export interface PreloadOptions {
  /** Node image to start from. */
  readonly from: string;
  /** Archive whose images go into the image store of the node. */
  readonly archive: string;
  /** Name of the result. */
  readonly to: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Starts the node's containerd, waits for it, imports, and stops it so that its database is closed properly. */
const IMPORT = `set -eu
containerd >/tmp/containerd.log 2>&1 &
daemon=$!
trap 'cat /tmp/containerd.log >&2' EXIT
timeout 60 sh -c 'until ctr version >/dev/null 2>&1; do sleep 0.2; done'
ctr --namespace k8s.io images import --all-platforms --no-unpack /images.tar
kill $daemon
wait $daemon || true
trap - EXIT
rm -rf /tmp/containerd.log /run/containerd`;

/** Bakes images into a node image, as kind does it for its own: no node pulls or loads anything later. */
export async function preloadImages(client: DockerClient, options: PreloadOptions): Promise<void> {
  const container = `healproof-preload-${randomUUID().slice(0, 8)}`;
  try {
    await client.docker(
      ...['run', '--detach', '--name', container, '--privileged', '--network', 'none'],
      ...['--label', 'healproof.dev/preload=true', '--volume', `${options.archive}:/images.tar:ro`],
      ...['--entrypoint', 'sleep', options.from, 'infinity'],
    );
    await client.docker('exec', container, 'bash', '-c', IMPORT);
    const labels = Object.entries(options.labels).flatMap(([key, value]) => ['--change', `LABEL ${key}=${value}`]);
    const entrypoint = ['--change', 'ENTRYPOINT ["/usr/local/bin/entrypoint","/sbin/init"]'];
    await client.docker('commit', ...entrypoint, ...labels, container, options.to);
  } finally {
    await client.docker('rm', '--force', '--volumes', container);
  }
}
