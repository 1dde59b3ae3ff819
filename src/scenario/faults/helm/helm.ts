import { InternalError } from '../../../errors.ts';
import { toMs } from '../../fields/read-fields.ts';
import type { HelmFault } from '../../model/fault.ts';
import type { FaultKind, FaultProblem, Surroundings } from '../shared/fault-kind.ts';
import { outsideOf } from '../shared/outside.ts';
import { type HelmDocument, helmSchema } from './schema.ts';
import { helmTemplates } from './templates.ts';

/** A release of the scenario's workload, upgraded for the worse. */
export const helm = {
  schema: helmSchema,
  read: toHelm,
  problems: helmProblems,
  durationPath: [],
  counts: 'maxPods',
  isOneShot: () => false,
  endsWithTarget: true,
  takesAway: () => null,
  words: ({ action }) => `helm ${action}`,
  shortWords: ({ action }) => `helm ${action}`,
  templates: helmTemplates,
} satisfies FaultKind<HelmFault, HelmDocument>;

function toHelm({ upgrade, killUpgrade }: HelmDocument): HelmFault {
  const written = upgrade ?? killUpgrade;
  if (written === undefined) throw new InternalError('the schema accepted a helm fault that does nothing');
  const { release, namespace, chart, values } = written;
  const action = upgrade === undefined ? 'killUpgrade' : 'upgrade';
  const killAfterMs = killUpgrade === undefined ? 0 : toMs(killUpgrade.killAfter);
  return { type: 'helm', action, release, namespace, chart, values, killAfterMs, durationMs: null };
}

function helmProblems({ action, namespace }: HelmFault, { namespaces, workload }: Surroundings): FaultProblem[] {
  const outside = outsideOf(namespace, namespaces, [action, 'namespace']);
  if (workload !== null) return outside;
  return [...outside, { path: [action], message: 'expected a workload that installs the release, but there is none' }];
}
