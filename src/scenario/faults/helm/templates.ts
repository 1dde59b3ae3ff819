import type { HelmFault } from '../../model/fault.ts';
import { ABSORBED, type FaultTemplate } from '../shared/template.ts';

export const helmTemplates: Readonly<Record<string, FaultTemplate>> = {
  'bad-upgrade': template('upgrade', 'An upgrade to what does not run takes no replica away'),
  'killed-upgrade': template('killUpgrade', 'An upgrade whose Helm dies half-way takes no replica away'),
};

function template(action: HelmFault['action'], title: string): FaultTemplate {
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
