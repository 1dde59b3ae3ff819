import { counted } from '../../counted.ts';
import type { BlastRadius } from '../../scenario/model/scenario.ts';
import type { PodTarget } from '../evidence/evidence.ts';

/** Everything that a fault would touch. */
export interface Reach {
  /** Pods on either side of the fault. */
  readonly pods: readonly PodTarget[];
  /** Nodes that the fault hits as nodes, by name. */
  readonly nodes: readonly string[];
}

/** Sentences for all that lies outside what the scenario allows; none where everything is inside. */
export function blastRadiusRefusals(reach: Reach, allowed: BlastRadius, judgeNodes: readonly string[]): string[] {
  const pods = distinctPods(reach.pods);
  const nodes = [...new Set(reach.nodes)];
  const refusals: string[] = [];
  const names = (some: readonly PodTarget[]): string => some.map((pod) => `${pod.namespace}/${pod.name}`).join(', ');
  const strangers = pods.filter((pod) => !allowed.namespaces.includes(pod.namespace));
  if (strangers.length > 0)
    refusals.push(`outside blastRadius.namespaces [${allowed.namespaces.join(', ')}]: ${names(strangers)}`);
  if (!(pods.length <= allowed.maxPods))
    refusals.push(
      `${counted(pods.length, 'pod')} would be touched, blastRadius.maxPods is ${allowed.maxPods}: ${names(pods)}`,
    );
  if (!(nodes.length <= allowed.maxNodes))
    refusals.push(
      `${counted(nodes.length, 'node')} would be hit, blastRadius.maxNodes is ${allowed.maxNodes}: ${nodes.join(', ')}`,
    );
  for (const node of judgeNodes) {
    const beside = pods.filter((pod) => pod.node === node);
    if (beside.length > 0) refusals.push(`on ${node}, where the judge lives: ${names(beside)}`);
    if (nodes.includes(node)) refusals.push(`${node} is where the judge lives`);
  }
  const adrift = pods.filter((pod) => pod.node === '');
  if (adrift.length > 0) refusals.push(`not on any node yet: ${names(adrift)}`);
  return refusals;
}

/** Each pod once, also where it is on both sides of a fault. */
export function distinctPods(pods: readonly PodTarget[]): PodTarget[] {
  return [...new Map(pods.map((pod) => [pod.uid, pod])).values()];
}
