import type { Issue } from '../errors.ts';
import type { Draft } from './resolve.ts';

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
