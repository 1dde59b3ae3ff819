import type { Leak } from '../../experiment/evidence/evidence.ts';
import type { Kube, KubeObject } from '../../ports/kube.ts';

const CHAOS_API = 'chaos-mesh.org/v1alpha1';

/** What a run could leave behind, as `what` → `detail`. */
export type Inventory = ReadonlyMap<string, string>;

interface NodeSpec {
  readonly unschedulable?: boolean;
  readonly taints?: readonly { readonly key: string; readonly effect: string; readonly value?: string }[];
}

/** Kubernetes itself sets and removes these as node health changes; they are nobody's leak. */
const SYSTEM_TAINT = /^node\.kubernetes\.io\//;

/** Lists chaos objects, namespaces, cordons, taints, webhooks and the replicas of healproof's own Deployments. */
export async function takeInventory(kube: Kube, ownNamespace: string): Promise<Inventory> {
  const [chaos, namespaces, nodes, hooks, deployments] = await Promise.all([
    chaosObjects(kube),
    kube.list({ apiVersion: 'v1', kind: 'Namespace' }),
    kube.list({ apiVersion: 'v1', kind: 'Node' }),
    webhooks(kube),
    kube.list({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: ownNamespace }),
  ]);
  const entries: [string, string][] = [
    ...chaos.map(describeChaos),
    ...namespaces.map((each): [string, string] => [`namespace ${each.metadata.name}`, phaseOf(each)]),
    ...nodes.flatMap(describeNode),
    ...hooks.map((each): [string, string] => [`${each.kind} ${each.metadata.name}`, 'exists']),
    ...deployments.map((each): [string, string] => [`replicas of ${each.metadata.name}: ${replicasOf(each)}`, '']),
  ];
  return new Map(entries);
}

async function chaosObjects(kube: Kube): Promise<KubeObject[]> {
  const crds = await kube.list({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' });
  const kinds = crds
    .filter((crd) => crd.metadata.name.endsWith('.chaos-mesh.org'))
    .map((crd) => (crd.spec as { names: { kind: string } }).names.kind);
  const lists = await Promise.all(kinds.map((kind) => kube.list({ apiVersion: CHAOS_API, kind })));
  return lists.flat();
}

async function webhooks(kube: Kube): Promise<KubeObject[]> {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const kinds = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];
  return (await Promise.all(kinds.map((kind) => kube.list({ apiVersion, kind })))).flat();
}

function describeChaos({ kind, metadata }: KubeObject): [string, string] {
  const finalizers = metadata.finalizers ?? [];
  return [`${kind} ${metadata.namespace}/${metadata.name}`, `finalizers: ${finalizers.join(', ') || 'none'}`];
}

function describeNode(node: KubeObject): [string, string][] {
  const { unschedulable, taints = [] } = (node.spec ?? {}) as NodeSpec;
  const { name } = node.metadata;
  const own = taints.filter((taint) => !SYSTEM_TAINT.test(taint.key));
  return [
    ...(unschedulable === true ? [[`cordon of ${name}`, 'unschedulable'] as [string, string]] : []),
    ...own.map(({ key, effect, value }): [string, string] => [`taint ${key}:${effect} on ${name}`, value ?? '']),
  ];
}

function phaseOf(namespace: KubeObject): string {
  return (namespace.status as { phase?: string } | undefined)?.phase ?? '';
}

function replicasOf(deployment: KubeObject): number {
  return (deployment.spec as { replicas?: number }).replicas ?? 1;
}

/** What is there now and was not there before. */
export function leaksBetween(before: Inventory, after: Inventory): Leak[] {
  return [...after].filter(([what]) => !before.has(what)).map(([what, detail]) => ({ what, detail }));
}
