import type { NodeAction } from '../../model/fault.ts';
import type { FaultTemplate } from '../shared/template.ts';

/** The blast radius counts every pod on the node that is in its namespaces. */
export function nodeTemplate(
  action: NodeAction,
  title: FaultTemplate['title'],
  { recovery = ['within: 120s', 'stableFor: 10s', 'by: kubernetes'], more = '' }: TemplateExtras = {},
): FaultTemplate {
  return {
    title,
    fault: ({ namespace, app }) => [
      `node: { action: ${action}, node: { runs: { namespace: ${namespace}, labels: { app: ${app} } } }${more} }`,
    ],
    maxPods: 6,
    maxNodes: 1,
    recovery,
  };
}

interface TemplateExtras {
  readonly recovery?: readonly string[];
  /** What else stands in the fault. */
  readonly more?: string;
}
