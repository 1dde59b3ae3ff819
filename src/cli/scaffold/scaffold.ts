import { type FaultChoices, indent } from '../../scenario/faults/shared/template.ts';
import { templateOf } from './scaffold-faults.ts';

export interface ScaffoldChoices extends FaultChoices {
  readonly name: string;
  /** One of `SCAFFOLD_FAULTS`. */
  readonly fault: string;
  /** Steady states to refer to; none: a first probe is written out. */
  readonly steadyStates: readonly string[];
  /** Namespace and app labels become parameters with what was chosen as their defaults. */
  readonly withParams: boolean;
  /** Runs of which every one must pass; null: one run stands for itself. */
  readonly repeat: number | null;
  /** Path of the JSON Schema, relative to the file. */
  readonly schema: string;
}

/** Pure: a scenario to begin with. It is valid as it stands; what only its author can know is marked. */
export function scaffold(choices: ScaffoldChoices): string {
  const { name, schema, fault, withParams } = choices;
  const body = bodyOf(withParams ? { ...choices, ...EXPRESSIONS } : choices);
  const lines = [
    `# yaml-language-server: $schema=${schema}`,
    'apiVersion: healproof.dev/v1alpha1',
    'kind: Scenario',
    'metadata:',
    `  name: ${name}`,
    `  title: ${JSON.stringify(templateOf(fault).title(choices))}`,
    '  tags: [new]',
    'spec:',
    ...(withParams ? ['  params:', ...indent(2, paramsOf(choices, body.join()))] : []),
    ...indent(1, body),
  ];
  return `${lines.join('\n')}\n`;
}

function bodyOf(choices: ScaffoldChoices): readonly string[] {
  const { workload, repeat, namespace } = choices;
  const { fault, maxPods, maxNodes, recovery } = templateOf(choices.fault);
  return [
    ...(workload === null ? [] : [`workload: { use: ${workload} }`]),
    'steadyState:',
    ...indent(1, steadyStateOf(choices)),
    ...(fault === null ? ['fault: none'] : ['fault:', ...indent(1, fault(choices))]),
    'blastRadius:',
    `  namespaces: [${namespace}]`,
    `  maxPods: ${maxPods}`,
    ...(maxNodes === undefined ? [] : [`  maxNodes: ${maxNodes}`]),
    'recovery:',
    ...indent(1, recovery),
    ...(repeat === null ? [] : [`repeat: { runs: ${repeat} }`]),
  ];
}

const PARAMS = ['namespace', 'app', 'from'] as const;
type Param = (typeof PARAMS)[number];

/** Quoted, because braces mean something to YAML. */
const EXPRESSIONS: Readonly<Record<Param, string>> = {
  namespace: `"${expression('namespace')}"`,
  app: `"${expression('app')}"`,
  from: `"${expression('from')}"`,
};

function expression(param: Param): string {
  return `\${{ params.${param} }}`;
}

/** Those that this scenario asks for. */
function paramsOf(choices: ScaffoldChoices, body: string): readonly string[] {
  const used = PARAMS.filter((param) => body.includes(expression(param)));
  return used.map((param) => `${param}: { type: string, default: ${choices[param]} }`);
}

function steadyStateOf({ steadyStates, namespace, withParams }: ScaffoldChoices): readonly string[] {
  if (steadyStates.length > 0) return steadyStates.map((name) => `- use: ${name}`);
  const where = withParams ? expression('namespace') : namespace;
  return [
    '# TODO: ask what a user of the system would notice, such as the share of answered requests.',
    '- name: replicas that answer Prometheus',
    `  query: sum(up{namespace="${where}"})`,
    '  # TODO: as many as there are; one that is gone is not counted any more.',
    '  tolerance: ">= 2"',
    '  for: 10s',
  ];
}
