import { InternalError } from '../../errors.ts';
import { podKill } from '../../scenario/faults/chaos-mesh/kinds/pod-chaos.ts';
import { FAULT_TYPES, kindOf } from '../../scenario/faults/fault-kinds.ts';
import { podDeletion } from '../../scenario/faults/kubernetes/templates.ts';
import { type FaultTemplate, indent } from '../../scenario/faults/shared/template.ts';

const SEQUENCE: FaultTemplate = {
  title: ({ app }) => `Two replicas of ${app} lost one after the other are both replaced`,
  fault: (choices) => ['sequence:', ...listItem(podDeletion(choices)), ...listItem(['after: 5s', ...podKill(choices)])],
  maxPods: 2,
  recovery: ['within: 40s', 'stableFor: 10s', 'by: kubernetes'],
};

const NONE: FaultTemplate = {
  title: () => 'Without a fault nothing is out of bounds',
  fault: null,
  maxPods: 0,
  recovery: ['stableFor: 20s', 'by: none'],
};

function listItem([first = '', ...rest]: readonly string[]): string[] {
  return indent(1, [`- ${first}`, ...indent(1, rest)]);
}

const TEMPLATES: ReadonlyMap<string, FaultTemplate> = new Map([
  ...FAULT_TYPES.flatMap((type) => Object.entries(kindOf({ type }).templates)),
  ['sequence', SEQUENCE],
  ['none', NONE],
]);

/** The names of all templates; `fault-names.ts` must say the same. */
export const TEMPLATE_NAMES: readonly string[] = [...TEMPLATES.keys()];

export function templateOf(name: string): FaultTemplate {
  const template = TEMPLATES.get(name);
  if (template === undefined) throw new InternalError(`there is no template ${name}`);
  return template;
}
