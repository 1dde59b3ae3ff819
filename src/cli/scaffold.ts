export const SCAFFOLD_FAULTS = ['pod-failure', 'pod-kill', 'partition', 'cpu-stress', 'memory-stress', 'none'] as const;
export type ScaffoldFault = (typeof SCAFFOLD_FAULTS)[number];

export interface ScaffoldChoices {
  readonly name: string;
  readonly fault: ScaffoldFault;
  readonly namespace: string;
  /** `app` label of the pods to hit. */
  readonly app: string;
  /** `app` label of the pods that a partition cuts them off from. */
  readonly from: string;
  /** Folder in `workloads/`, or null for what runs already. */
  readonly workload: string | null;
  /** Steady states to refer to; none: a first probe is written out. */
  readonly steadyStates: readonly string[];
  /** Path of the JSON Schema, relative to the file. */
  readonly schema: string;
}

interface Template {
  readonly title: (choices: ScaffoldChoices) => string;
  /** Lines of the fault, two levels deep; null for `fault: none`. */
  readonly fault: ((choices: ScaffoldChoices) => readonly string[]) | null;
  readonly maxPods: number;
  readonly recovery: readonly string[];
}

const HEALED = ['within: 45s', 'stableFor: 10s', 'by: healer'];
const ABSORBED = ['within: 20s', 'stableFor: 10s', 'by: none'];

const TEMPLATES: Readonly<Record<ScaffoldFault, Template>> = {
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
    recovery: ['within: 30s', 'stableFor: 10s', 'by: kubernetes'],
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
  none: {
    title: () => 'Without a fault nothing is out of bounds',
    fault: null,
    maxPods: 0,
    recovery: ['stableFor: 20s', 'by: none'],
  },
};

/** Pure: a scenario to begin with. It is valid as it stands; what only its author can know is marked. */
export function scaffold(choices: ScaffoldChoices): string {
  const { name, schema, namespace, workload } = choices;
  const { title, fault, maxPods, recovery } = TEMPLATES[choices.fault];
  const lines = [
    `# yaml-language-server: $schema=${schema}`,
    'apiVersion: healproof.dev/v1alpha1',
    'kind: Scenario',
    'metadata:',
    `  name: ${name}`,
    `  title: ${JSON.stringify(title(choices))}`,
    '  tags: [new]',
    'spec:',
    ...(workload === null ? [] : [`  workload: { use: ${workload} }`]),
    '  steadyState:',
    ...indent(2, steadyStateOf(choices)),
    ...(fault === null ? ['  fault: none'] : ['  fault:', ...indent(2, fault(choices))]),
    '  blastRadius:',
    `    namespaces: [${namespace}]`,
    `    maxPods: ${maxPods}`,
    '  recovery:',
    ...indent(2, recovery),
  ];
  return `${lines.join('\n')}\n`;
}

function steadyStateOf({ steadyStates, namespace }: ScaffoldChoices): readonly string[] {
  if (steadyStates.length > 0) return steadyStates.map((name) => `- use: ${name}`);
  return [
    '# TODO: ask what a user of the system would notice, such as the share of answered requests.',
    `- name: ${namespace} is scraped`,
    `  query: sum(up{namespace="${namespace}"}) / count(up{namespace="${namespace}"})`,
    '  tolerance: "== 1"',
    '  for: 10s',
  ];
}

function chaos(kind: string, spec: readonly string[]): readonly string[] {
  return ['chaosMesh:', `  kind: ${kind}`, '  spec:', ...indent(2, spec)];
}

function one({ namespace, app }: ScaffoldChoices): readonly string[] {
  return ['mode: one', 'selector:', `  namespaces: [${namespace}]`, `  labelSelectors: { app: ${app} }`];
}

function otherSide({ namespace, from }: ScaffoldChoices): readonly string[] {
  const selector = ['selector:', `  namespaces: [${namespace}]`, `  labelSelectors: { app: ${from} }`];
  return ['direction: both', 'target:', '  mode: all', ...indent(1, selector)];
}

function indent(levels: number, lines: readonly string[]): string[] {
  return lines.map((line) => `${'  '.repeat(levels)}${line}`);
}
