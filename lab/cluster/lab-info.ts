import { PreflightError } from '../../src/errors.ts';
import type { ImageSet } from '../../src/ports/images.ts';
import type { KubeObject } from '../../src/ports/kube.ts';
import type { LabInfo, LabNode } from '../../src/ports/lab.ts';
import type { NodeContainer } from './docker.ts';

const ZONE_LABEL = 'topology.kubernetes.io/zone';
const ROLE_LABEL = 'healproof.dev/role';
/** Host ports on the judge's node. */
const PROMETHEUS_PORT = 30990;
const RECEIVER_PORT = 30991;

/** Pure: the nodes as both the engine and Kubernetes see them; kind gives a node and its container one name. */
function joinNodes(containers: readonly NodeContainer[], nodes: readonly KubeObject[]): LabNode[] {
  return containers.map(({ name, ip, role }) => {
    const labels = nodes.find((node) => node.metadata.name === name)?.metadata.labels ?? {};
    return {
      name,
      container: name,
      ip,
      role: role === 'control-plane' ? 'control-plane' : 'worker',
      zone: labels[ZONE_LABEL] ?? null,
      judge: labels[ROLE_LABEL] === 'judge',
    };
  });
}

/** Pure: at a port of this machine where the configuration maps one, else at the judge node's own address. */
function judgeUrl(port: number, containers: readonly NodeContainer[], nodes: readonly LabNode[]): string {
  const mapped = containers.map(({ ports }) => ports.get(`${port}/tcp`)).find((each) => each !== undefined);
  if (mapped !== undefined) {
    const address = ['', '0.0.0.0', '::'].includes(mapped.address) ? '127.0.0.1' : mapped.address;
    return `http://${address}:${mapped.port}`;
  }
  const judge = nodes.find((node) => node.judge);
  if (judge === undefined) {
    throw new PreflightError('no node is labelled healproof.dev/role=judge, so what measures has no place to run', {
      hint: 'Label one worker of kind-config.yaml healproof.dev/role: judge, as the one in the repository does.',
    });
  }
  return `http://${judge.ip}:${port}`;
}

export interface InfoInput {
  readonly clusterName: string;
  readonly kubeconfigPath: string;
  readonly prometheusUrl: string | null;
  readonly docker: string;
  readonly helm: string;
  readonly dockerHost: string | undefined;
  readonly containers: readonly NodeContainer[];
  readonly nodes: readonly KubeObject[];
  readonly images: Pick<ImageSet, 'records' | 'missing' | 'chaosMeshTag'>;
}

export function describeLab(input: InfoInput): LabInfo {
  const { clusterName, kubeconfigPath, docker, helm, containers, images } = input;
  const nodes = joinNodes(containers, input.nodes);
  return {
    clusterName,
    kubeconfigPath,
    prometheusUrl: input.prometheusUrl ?? judgeUrl(PROMETHEUS_PORT, containers, nodes),
    receiverUrl: judgeUrl(RECEIVER_PORT, containers, nodes),
    docker,
    helm,
    dockerHost: input.dockerHost ?? null,
    nodes,
    images: images.records,
    missing: images.missing,
    chaosMeshTag: images.chaosMeshTag,
  };
}
