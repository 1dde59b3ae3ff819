import type { Issue } from '../../errors.ts';
import { formatDuration } from '../model/duration.ts';
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

/** What is wrong with probes that are no PromQL and that the schema cannot say. */
export function liveProbeIssues({ data, source }: ParsedDocument): Issue[] {
  return LISTS.flatMap((list) => {
    const items = valueAt(data, list);
    if (!Array.isArray(items)) return [];
    return items.flatMap((item: unknown, index) => [
      ...answerIssues(item, [...list, index], source),
      ...addressIssues(item, [...list, index], source),
    ]);
  });
}

function answerIssues(item: unknown, path: Path, source: Source): Issue[] {
  const object = valueAt(item, ['kubernetes']);
  if (typeof object !== 'object' || object === null) return [];
  const hasText = valueAt(object, ['equals']) !== undefined;
  const hasTolerance = valueAt(item, ['tolerance']) !== undefined;
  if (hasText !== hasTolerance) return [];
  const message = 'expected either tolerance, for a number, or kubernetes.equals, for a text';
  return [source.issueAtKey([...path, hasText ? 'tolerance' : 'kubernetes'], message)];
}

function addressIssues(item: unknown, path: Path, source: Source): Issue[] {
  const request = valueAt(item, ['http']);
  if (typeof request !== 'object' || request === null) return [];
  const hasUrl = valueAt(request, ['url']) !== undefined;
  const hasService = valueAt(request, ['service']) !== undefined;
  if (hasUrl !== hasService) return [];
  return [source.issueAtKey([...path, 'http'], 'expected either url or service')];
}

/** Samples of all probes are laid on one line of whole seconds. */
const STEP_MS = 1_000;

/** Times of live probes that do not fit together. */
export function liveTimeIssues({ probes }: Draft): Issue[] {
  return probes.flatMap(({ probe, source, path }) => {
    if ('query' in probe) return [];
    const issues: Issue[] = [];
    if (probe.everyMs % STEP_MS !== 0) {
      const message = `expected whole seconds, got ${formatDuration(probe.everyMs)}`;
      issues.push(source.issue([...path, 'every'], message));
    }
    if ('http' in probe && probe.http.withinMs > probe.everyMs) {
      const [within, every] = [probe.http.withinMs, probe.everyMs].map(formatDuration);
      const message = `expected at most ${every}, the time until it is asked again, got ${within}`;
      issues.push(source.issue([...path, 'http', 'within'], message));
    }
    return issues;
  });
}
