import type { Environment } from '../../experiment/run-record/environment.ts';
import type { KubeObject } from '../../ports/kube.ts';
import type { RunnerPorts } from '../../ports/runner-ports.ts';

interface NodeInfo {
  readonly kernelVersion: string;
  readonly containerRuntimeVersion: string;
  readonly kubeletVersion: string;
}

/** What ran, in its own words: node kernels and versions from the cluster, true image versions from the image source. */
export async function describeEnvironment(ports: RunnerPorts, prometheusVersion: string): Promise<Environment> {
  const nodes = (await ports.kube.list({ apiVersion: 'v1', kind: 'Node' })).map(describeNode);
  return {
    healproofVersion: ports.version,
    kubernetesVersion: nodes[0]?.kubelet ?? 'unknown',
    prometheusVersion,
    nodes,
    images: ports.images,
  };
}

function describeNode(node: KubeObject): Environment['nodes'][number] {
  const { nodeInfo } = node.status as { nodeInfo: NodeInfo };
  return {
    name: node.metadata.name,
    kernel: nodeInfo.kernelVersion,
    runtime: nodeInfo.containerRuntimeVersion,
    kubelet: nodeInfo.kubeletVersion,
    zone: node.metadata.labels?.['topology.kubernetes.io/zone'] ?? null,
  };
}
