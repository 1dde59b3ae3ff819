import type { WorkloadObject } from '../../kube/client.ts';
import type { ReleaseAddress } from '../../releases/helm-command.ts';

const NAME = 'meta.helm.sh/release-name';
const NAMESPACE = 'meta.helm.sh/release-namespace';

/** The Helm release that made a workload; undefined when none did. */
export function releaseOf({ metadata }: WorkloadObject): ReleaseAddress | undefined {
  const release = metadata?.annotations?.[NAME];
  if (release === undefined) return undefined;
  return { release, namespace: metadata?.annotations?.[NAMESPACE] ?? metadata?.namespace ?? '' };
}
