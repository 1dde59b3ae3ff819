import type { Issue } from '../../errors.ts';
import { formatDuration } from '../model/duration.ts';
import type { Probe } from '../model/scenario.ts';
import type { ProbeProblem } from '../probes/probe-kind.ts';
import { isLive, PROBE_KINDS, PROBE_TYPES, probeKindOf } from '../probes/probe-kinds.ts';
import type { ParsedDocument } from '../read/parse.ts';
import type { Draft } from '../read/resolve.ts';
import { type Path, type Source, valueAt } from '../yaml/source.ts';

/** Reports name probes, so two of one scenario may not share a name. */
export function probeNameIssues({ probes, source }: Draft): Issue[] {
  const seen = new Set<string>();
  return probes.flatMap(({ probe }) => {
    const isRepeated = seen.has(probe.name);
    seen.add(probe.name);
    return isRepeated
      ? [source.issueAtKey(['spec', 'steadyState'], `two probes are called ${JSON.stringify(probe.name)}`)]
      : [];
  });
}

const LISTS: readonly Path[] = [
  ['spec', 'steadyState'],
  ['spec', 'probes'],
];

/** What is wrong with probes as they are written that the schema cannot say. */
export function writtenProbeIssues({ data, source }: ParsedDocument): Issue[] {
  return LISTS.flatMap((list) => {
    const items = valueAt(data, list);
    if (!Array.isArray(items)) return [];
    return items.flatMap((item: unknown, index) =>
      PROBE_TYPES.flatMap((type) => issuesAt(PROBE_KINDS[type].writtenProblems(item), [...list, index], source)),
    );
  });
}

/** What is wrong with probes of a sound document, above all times that do not fit together. */
export function probeIssues({ probes }: Draft): Issue[] {
  return probes.flatMap(({ probe, source, path }) => {
    const problems = [...gridProblems(probe), ...probeKindOf(probe).problems(probe)];
    return issuesAt(problems, path, source);
  });
}

function issuesAt(problems: readonly ProbeProblem[], place: Path, source: Source): Issue[] {
  return problems.map(({ path, message, atKey }) =>
    atKey === true ? source.issueAtKey([...place, ...path], message) : source.issue([...place, ...path], message),
  );
}

/** Samples of all probes are laid on one line of whole seconds. */
const STEP_MS = 1_000;

function gridProblems(probe: Probe): ProbeProblem[] {
  if (!isLive(probe) || probe.everyMs % STEP_MS === 0) return [];
  return [{ path: ['every'], message: `expected whole seconds, got ${formatDuration(probe.everyMs)}` }];
}
