import { type Path, valueAt } from '../../../yaml/source.ts';
import type { FaultProblem } from '../../shared/fault-kind.ts';
import type { ChaosSpec } from '../spec/chaos-kind.ts';
import {
  isFilledList,
  isNothing,
  isSpec,
  LATENCY,
  mustBe,
  mustHave,
  OPTIONAL_PERCENTAGE,
  SOME_PERCENTAGE,
} from '../spec/spec-values.ts';
import { externalProblems } from './external-targets.ts';
import { bandwidthProblems, SPEED } from './speeds.ts';

/** The sections that Chaos Mesh puts together into one queueing discipline, whatever the action is called. */
const NETEM_SECTIONS = ['delay', 'loss', 'duplicate', 'corrupt', 'rate'] as const;
const SECTIONS = [...NETEM_SECTIONS, 'bandwidth'] as const;
type Section = (typeof SECTIONS)[number];

/** What is wrong with a network fault that its schema cannot say. */
export function networkProblems(spec: ChaosSpec): FaultProblem[] {
  const own = sectionsOf(spec.action);
  if (own === null) return [];
  return [
    ...sectionProblems(spec, own),
    ...meant(spec, own).flatMap((section) => VALUES[section](spec)),
    ...directionProblems(spec),
    ...externalProblems(spec),
  ];
}

/** The sections to look at. One of nothing, which a form left there, does no harm beside others that do something. */
function meant(spec: ChaosSpec, own: readonly Section[]): readonly Section[] {
  const given = own.filter((section) => isSpec(spec[section]));
  const some = given.filter(
    (section) => !isNothing(valueAt(spec, [section, section === 'delay' ? 'latency' : section])),
  );
  return some.length > 0 ? some : given;
}

/** Null for an action that there is not. */
function sectionsOf(action: unknown): readonly Section[] | null {
  if (action === 'netem') return NETEM_SECTIONS;
  if (action === 'partition') return [];
  return SECTIONS.some((section) => section === action && section !== 'rate') ? [action as Section] : null;
}

function sectionProblems(spec: ChaosSpec, own: readonly Section[]): FaultProblem[] {
  const foreign = SECTIONS.filter((section) => !own.includes(section) && spec[section] !== undefined);
  if (foreign.length > 0) return foreign.map((section) => foreignProblem(spec, section, own));
  if (spec.action !== 'netem') return mustHave(spec, own);
  if (own.some((section) => spec[section] !== undefined)) return [];
  const message = `expected at least one of ${own.join(', ')}, which the action netem puts together, but all are missing`;
  return [{ path: ['action'], message, missing: own.map((section) => [section]) }];
}

function foreignProblem({ action }: ChaosSpec, section: Section, own: readonly Section[]): FaultProblem {
  const about = own.length === 0 ? 'no such section' : `the section ${own.join(', ')} alone`;
  const several = action === 'partition' || section === 'bandwidth' ? '' : ' (several at once are the action netem)';
  const message = `expected ${about} with the action ${String(action)}, got ${section}${several}`;
  return { path: [section], message, atKey: true, missing: own.map((each) => [each]) };
}

const share =
  (section: Section): ((spec: ChaosSpec) => FaultProblem[]) =>
  (spec) => [
    ...mustBe(spec, [section, section], SOME_PERCENTAGE),
    ...mustBe(spec, [section, 'correlation'], OPTIONAL_PERCENTAGE),
  ];

const VALUES: Readonly<Record<Section, (spec: ChaosSpec) => FaultProblem[]>> = {
  delay: (spec) => [
    ...mustBe(spec, ['delay', 'latency'], LATENCY),
    ...mustBe(spec, ['delay', 'correlation'], OPTIONAL_PERCENTAGE),
    ...mustBe(spec, ['delay', 'reorder', 'reorder'], SOME_PERCENTAGE),
    ...mustBe(spec, ['delay', 'reorder', 'correlation'], OPTIONAL_PERCENTAGE),
  ],
  loss: share('loss'),
  duplicate: share('duplicate'),
  corrupt: share('corrupt'),
  rate: (spec) => mustBe(spec, ['rate', 'rate'], SPEED),
  bandwidth: bandwidthProblems,
};

function directionProblems(spec: ChaosSpec): FaultProblem[] {
  const { direction, action, target, externalTargets } = spec;
  if (direction !== 'from' && direction !== 'both') return [];
  const path: Path = ['direction'];
  const isPartition = action === 'partition';
  if (externalTargets !== undefined && externalTargets !== null && !isPartition) {
    const message = `expected the direction to, got ${direction}: what comes from externalTargets can only be cut off, by a partition`;
    return [{ path, message }];
  }
  if (target !== undefined || (isPartition && isFilledList(externalTargets))) return [];
  return [{ path, message: `direction ${direction} needs a target`, missing: [['target']] }];
}

/** Why nothing here sees a partition: connections are tried from the peers, and what does not get through stays silent. */
export function unseenPartition(spec: ChaosSpec): string | null {
  if (spec.action !== 'partition') return null;
  if (valueAt(spec, ['target']) === undefined)
    return 'a partition is seen from the pods of its target, and it has none';
  return spec.partitionBehavior === 'reject' ? 'a partition is seen by silence, and this one answers' : null;
}
