import type { Path } from '../../yaml/source.ts';
import type { FaultProblem } from '../shared/fault-kind.ts';

/** What schema and rules found, without what follows from something else that was found: one cause, one message. */
export function onePerCause(bySchema: readonly FaultProblem[], byRule: readonly FaultProblem[]): FaultProblem[] {
  const isRuled = ({ missing = [] }: FaultProblem): boolean =>
    missing.some((absent) => byRule.some((rule) => absences(rule).some((path) => isSame(path, absent))));
  const wrong = bySchema.filter((problem) => problem.missing === undefined);
  const isSaid = (rule: FaultProblem): boolean =>
    wrong.some(({ path }) => [rule.path, ...absences(rule)].some((about) => isWithin(about, path)));
  const found = [...bySchema.filter((problem) => !isRuled(problem)), ...byRule.filter((rule) => !isSaid(rule))];
  const unknown = bySchema.filter(({ atKey }) => atKey === true);
  return found.filter((problem) => problem.atKey === true || !unknown.some((key) => explains(key, problem)));
}

/** A key that is nearly the missing one is that one; of what an unknown way of selecting meant, nothing is known. */
function explains({ path, message }: FaultProblem, problem: FaultProblem): boolean {
  const owner = path.slice(0, -1);
  const isMeant = absences(problem).some(
    (absent) => isSame(absent.slice(0, -1), owner) && message.includes(`(did you mean ${String(absent.at(-1))}?)`),
  );
  const isOfSelection = owner.at(-1) === 'selector' && isSame(problem.path, owner);
  const isOfOtherSide = isSame(owner, ['target', 'selector']) && problem.path[0] === 'target';
  return isMeant || isOfSelection || isOfOtherSide;
}

function absences({ path, missing }: FaultProblem): readonly Path[] {
  return missing ?? [path];
}

function isSame(path: Path, other: Path): boolean {
  return path.length === other.length && isWithin(path, other);
}

function isWithin(path: Path, outer: Path): boolean {
  return outer.every((key, depth) => path[depth] === key);
}
