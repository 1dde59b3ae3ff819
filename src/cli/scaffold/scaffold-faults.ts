/** What a template writes of what was chosen; every text is ready to stand in YAML. */
export interface FaultChoices {
  readonly namespace: string;
  /** `app` label of the pods to hit; also the name of their Deployment. */
  readonly app: string;
  /** `app` label of the pods that a partition cuts them off from. */
  readonly from: string;
  /** Folder in `workloads/`, which is also its release, or null for what runs already. */
  readonly workload: string | null;
}

export interface FaultTemplate {
  readonly title: (choices: FaultChoices) => string;
  /** Lines of the fault; null for `fault: none`. */
  readonly fault: ((choices: FaultChoices) => readonly string[]) | null;
  readonly maxPods: number;
  readonly maxNodes?: number;
  readonly recovery: readonly string[];
  /** Only a workload has a release. */
  readonly needsWorkload?: true;
}

export const SCAFFOLD_FAULTS = [
  'pod-failure',
  'pod-kill',
  'partition',
  'cpu-stress',
  'memory-stress',
  'pod-delete',
  'bad-image',
  'scale-down',
  'bad-upgrade',
  'killed-upgrade',
  'node-pause',
  'node-restart',
  'node-reboot',
  'node-drain',
  'sequence',
  'none',
] as const;
export type ScaffoldFault = (typeof SCAFFOLD_FAULTS)[number];

const HEALED = ['within: 45s', 'stableFor: 10s', 'by: healer'];
const ABSORBED = ['within: 20s', 'stableFor: 10s', 'by: none'];
const PUT_BACK = ['within: 30s', 'stableFor: 10s', 'by: kubernetes'];

export const TEMPLATES: Readonly<Record<ScaffoldFault, FaultTemplate>> = {
  'pod-failure': {
    title: ({ app }) => `A failing replica of ${app} is replaced`,
    fault: (choices) => chaos('PodChaos', ['action: pod-failure', ...one(choices), 'duration: 180s']),
    maxPods: 1,
    recovery: HEALED,
  },
  'pod-kill': {
    title: ({ app }) => `Kubernetes replaces a killed replica of ${app}`,
    fault: (choices) => chaos('PodChaos', ['action: pod-kill', ...one(choices)]),
    maxPods: 1,
    recovery: PUT_BACK,
  },
  partition: {
    title: ({ app, from }) => `A replica of ${app} that ${from} cannot reach is replaced`,
    fault: (choices) =>
      chaos('NetworkChaos', ['action: partition', ...one(choices), ...otherSide(choices), 'duration: 180s']),
    maxPods: 3,
    recovery: HEALED,
  },
  'cpu-stress': {
    title: ({ app }) => `A replica of ${app} starved of CPU does not hurt callers`,
    fault: (choices) =>
      chaos('StressChaos', [...one(choices), 'stressors:', '  cpu: { workers: 1, load: 100 }', 'duration: 60s']),
    maxPods: 1,
    recovery: ABSORBED,
  },
  'memory-stress': {
    title: ({ app }) => `A replica of ${app} short of memory does not hurt callers`,
    fault: (choices) =>
      chaos('StressChaos', [...one(choices), 'stressors:', "  memory: { workers: 1, size: '64MB' }", 'duration: 60s']),
    maxPods: 1,
    recovery: ABSORBED,
  },
  'pod-delete': {
    title: ({ app }) => `A deleted replica of ${app} is replaced`,
    fault: (choices) => ['kubernetes:', `  delete: ${pod(choices)}`],
    maxPods: 1,
    recovery: PUT_BACK,
  },
  'bad-image': {
    title: ({ app }) => `A rollout of ${app} to an image that does not exist takes no replica away`,
    fault: (choices) => [
      'kubernetes:',
      '  patch:',
      `    object: ${deployment(choices)}`,
      '    # TODO: the name of its container.',
      `    patch: { spec: { template: { spec: { containers: [{ name: ${choices.app}, image: no-such-image }] } } } }`,
    ],
    maxPods: 3,
    recovery: ABSORBED,
  },
  'scale-down': {
    title: ({ app }) => `Callers do not notice when ${app} is scaled down to one replica`,
    fault: (choices) => ['kubernetes:', '  scale:', `    object: ${deployment(choices)}`, '    replicas: 1'],
    maxPods: 3,
    recovery: ABSORBED,
  },
  'bad-upgrade': helm('upgrade', 'An upgrade to what does not run takes no replica away'),
  'killed-upgrade': helm('killUpgrade', 'An upgrade whose Helm dies half-way takes no replica away'),
  'node-pause': {
    ...node('pause', ', duration: 180s'),
    title: ({ app }) => `A replica of ${app} on a node that stands still is replaced`,
    recovery: HEALED,
  },
  'node-restart': {
    ...node('restart'),
    title: ({ app }) => `After a restart of its node a replica of ${app} serves again`,
  },
  'node-reboot': {
    ...node('reboot'),
    title: ({ app }) => `After a reboot of its node a replica of ${app} serves again`,
  },
  'node-drain': {
    ...node('drain'),
    title: ({ app }) => `The replica of ${app} of a drained node serves again on another`,
  },
  sequence: {
    title: ({ app }) => `Two replicas of ${app} lost one after the other are both replaced`,
    fault: (choices) => [
      'sequence:',
      ...indent(1, ['- kubernetes:', `    delete: ${pod(choices)}`, '- after: 5s']),
      ...indent(2, chaos('PodChaos', ['action: pod-kill', ...one(choices)])),
    ],
    maxPods: 2,
    recovery: ['within: 40s', 'stableFor: 10s', 'by: kubernetes'],
  },
  none: {
    title: () => 'Without a fault nothing is out of bounds',
    fault: null,
    maxPods: 0,
    recovery: ['stableFor: 20s', 'by: none'],
  },
};

function helm(action: 'upgrade' | 'killUpgrade', title: string): FaultTemplate {
  return {
    title: () => title,
    fault: ({ namespace, workload }) => [
      'helm:',
      `  ${action}:`,
      `    release: ${workload}`,
      `    namespace: ${namespace}`,
      '    # TODO: values with which the new version does not run.',
      '    values: { image: no-such-image }',
    ],
    maxPods: 3,
    recovery: ABSORBED,
    needsWorkload: true,
  };
}

/** The blast radius counts every pod on the node that is in its namespaces. */
function node(action: string, more = ''): Omit<FaultTemplate, 'title'> {
  return {
    fault: ({ namespace, app }) => [
      `node: { action: ${action}, node: { runs: { namespace: ${namespace}, labels: { app: ${app} } } }${more} }`,
    ],
    maxPods: 6,
    maxNodes: 1,
    recovery: ['within: 120s', 'stableFor: 10s', 'by: kubernetes'],
  };
}

function chaos(kind: string, spec: readonly string[]): readonly string[] {
  return ['chaosMesh:', `  kind: ${kind}`, '  spec:', ...indent(2, spec)];
}

function one({ namespace, app }: FaultChoices): readonly string[] {
  return ['mode: one', 'selector:', `  namespaces: [${namespace}]`, `  labelSelectors: { app: ${app} }`];
}

function otherSide({ namespace, from }: FaultChoices): readonly string[] {
  const selector = ['selector:', `  namespaces: [${namespace}]`, `  labelSelectors: { app: ${from} }`];
  return ['direction: both', 'target:', '  mode: all', ...indent(1, selector)];
}

function pod({ namespace, app }: FaultChoices): string {
  return `{ apiVersion: v1, kind: Pod, namespace: ${namespace}, labels: { app: ${app} } }`;
}

function deployment({ namespace, app }: FaultChoices): string {
  return `{ apiVersion: apps/v1, kind: Deployment, namespace: ${namespace}, name: ${app} }`;
}

export function indent(levels: number, lines: readonly string[]): string[] {
  return lines.map((line) => `${'  '.repeat(levels)}${line}`);
}
