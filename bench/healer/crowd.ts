import type {
  IntOrString,
  V1Container,
  V1Deployment,
  V1ObjectMeta,
  V1OwnerReference,
  V1Pod,
  V1ReplicaSet,
} from '@kubernetes/client-node';

/** How many pods there are, and how they are spread. */
export interface CrowdShape {
  readonly pods: number;
  readonly namespaces: number;
  readonly podsPerDeployment: number;
}

const PODS_PER_NODE = 100;

export function namespaceNames({ namespaces }: CrowdShape): string[] {
  return Array.from({ length: namespaces }, (_, index) => `crowd-${index}`);
}

export function nodeNames({ pods }: CrowdShape): string[] {
  return Array.from({ length: Math.ceil(pods / PODS_PER_NODE) }, (_, index) => `node-${index}`);
}

export const CROWD_LABELS = { 'app.kubernetes.io/part-of': 'crowd' };

/** Deployments whose pods are about as large as those of a usual service: 4 to 5 KiB of JSON each. */
export function deploymentsOf(shape: CrowdShape): V1Deployment[] {
  const namespaces = namespaceNames(shape);
  const nodes = nodeNames(shape);
  return Array.from({ length: Math.ceil(shape.pods / shape.podsPerDeployment) }, (_, index) =>
    deployment({
      name: `service-${index}`,
      namespace: namespaces[index % namespaces.length] ?? '',
      nodeName: nodes[index % nodes.length] ?? '',
      replicas: shape.podsPerDeployment,
    }),
  );
}

/** What the Deployment controller would make of a Deployment; it takes this one for its own, whatever the hash is. */
export function replicaSetOf({ metadata, spec }: V1Deployment): V1ReplicaSet {
  const hash = { 'pod-template-hash': 'crowd' };
  const labels = { ...spec?.template.metadata?.labels, ...hash };
  const selector = { matchLabels: { ...spec?.selector.matchLabels, ...hash } };
  const template = { ...spec?.template, metadata: { ...spec?.template.metadata, labels } };
  const annotations = { 'deployment.kubernetes.io/revision': '1' };
  const ownerReferences = [ownerOf('Deployment', metadata)];
  return {
    metadata: {
      name: `${metadata?.name}-crowd`,
      namespace: metadata?.namespace ?? '',
      labels,
      annotations,
      ownerReferences,
    },
    spec: { replicas: spec?.replicas ?? 0, selector, template },
  };
}

/** What the ReplicaSet controller would make of a ReplicaSet. */
export function podOf({ metadata, spec }: V1ReplicaSet): V1Pod {
  const { labels = {}, annotations = {} } = spec?.template?.metadata ?? {};
  const name = { generateName: `${metadata?.name}-`, ownerReferences: [ownerOf('ReplicaSet', metadata)] };
  const body = { metadata: { ...name, labels, annotations } };
  return spec?.template?.spec === undefined ? body : { ...body, spec: spec.template.spec };
}

function ownerOf(kind: string, metadata: V1ObjectMeta | undefined): V1OwnerReference {
  const { name = '', uid = '' } = metadata ?? {};
  return { apiVersion: 'apps/v1', kind, name, uid, controller: true, blockOwnerDeletion: true };
}

interface Place {
  readonly name: string;
  readonly namespace: string;
  readonly nodeName: string;
  readonly replicas: number;
}

function deployment({ name, namespace, nodeName, replicas }: Place): V1Deployment {
  const labels = { ...CROWD_LABELS, app: name, 'app.kubernetes.io/name': name, 'app.kubernetes.io/version': '1.2.3' };
  const annotations = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080', 'example.com/team': 'payments' };
  return {
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: { labels, annotations },
        // Named here, as there is no scheduler.
        spec: { nodeName, terminationGracePeriodSeconds: 0, containers: [container('main'), container('sidecar')] },
      },
    },
  };
}

function container(name: string): V1Container {
  const probe = { httpGet: { path: '/healthz', port: 8080 as IntOrString }, periodSeconds: 5 };
  const env = Array.from({ length: 12 }, (_, index) => ({
    name: `SETTING_${index}`,
    value: `value of setting ${index}`,
  }));
  const resources = { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } };
  return {
    name,
    image: 'registry.example.com/team/service:1.2.3',
    env,
    resources,
    livenessProbe: probe,
    readinessProbe: probe,
  };
}
