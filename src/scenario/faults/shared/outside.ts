import type { Path } from '../../yaml/source.ts';
import type { FaultProblem } from './fault-kind.ts';

/** What is wrong with a namespace that is not in the blast radius. */
export function outsideOf(namespace: unknown, namespaces: readonly string[], path: Path): FaultProblem[] {
  if (typeof namespace === 'string' && namespaces.includes(namespace)) return [];
  const message =
    typeof namespace === 'string'
      ? `namespace ${namespace} is outside of blastRadius.namespaces (${namespaces.join(', ')})`
      : 'expected a namespace: only objects in a namespace may be changed';
  return [{ path, message }];
}
