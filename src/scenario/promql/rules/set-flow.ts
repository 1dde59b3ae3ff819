import type { Binary } from '../expression.ts';
import { type Drop, dropOf, mirrored } from './drop.ts';
import { type Flow, type FlowOf, merged, type Substitute } from './flow.ts';
import { hull, isExact } from './interval.ts';
import { bare, comparisonOf, isSame } from './same-expression.ts';

const CONSTANT = '`or` with a constant turns missing data into a value; leave it out, silence must stay silence';
const OTHERS = '`or` lets other series answer while the first are missing; leave it out, silence must stay silence';

/** `and`, `or`, `unless`. */
export function setFlow(binary: Binary, look: FlowOf): Flow {
  const [left, right] = [look(binary.left), look(binary.right)];
  if (binary.operator === 'or') return united(binary, left, right);
  // What is absent on the right of `unless` only takes samples away.
  const passed = right.substitutes.filter(({ at }) => binary.operator === 'and' || at.kind !== 'call');
  return {
    ...left,
    substitutes: [...left.substitutes, ...passed],
    drops: [...left.drops, ...ownDrops(binary)],
  };
}

function united(at: Binary, left: Flow, right: Flow): Flow {
  const both = { ...merged(left, right), interval: hull(left.interval, right.interval) };
  return { ...both, substitutes: [...both.substitutes, substituteOf(at, left, right)] };
}

function substituteOf(at: Binary, left: Flow, right: Flow): Substitute {
  const alike = isExact(left.interval) && left.interval.low === right.interval.low;
  if (!alike && (isConstant(left) || isConstant(right))) return { at, message: CONSTANT, certain: true };
  const instead = left.single && right.single;
  return { at, message: OTHERS, certain: instead || (at.matching?.on === true && at.matching.labels.length === 0) };
}

/** A filter may pass on one value only, and yet tell by which series it passes. */
function isConstant({ moves, drops }: Flow): boolean {
  return !moves && drops.length === 0;
}

/** `x and x < 5` is a filter of x. */
function ownDrops({ operator, left, right }: Binary): Drop[] {
  const condition = bare(right);
  if (condition.kind !== 'binary' || condition.bool) return [];
  const comparison = comparisonOf(condition);
  if (comparison === null || !isSame(comparison.subject, left)) return [];
  const drop = dropOf(condition, comparison.operator);
  return [operator === 'and' ? drop : mirrored(drop)];
}
