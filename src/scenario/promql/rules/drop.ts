import type { Expression } from '../expression.ts';

/** Where samples are left out by their value. */
export interface Drop {
  readonly at: Expression;
  /** Leaves out what would have made the answer large. */
  readonly high: boolean;
  /** Leaves out what would have made it small. */
  readonly low: boolean;
  /** The answer itself goes, not one of several that it is made of. */
  readonly always: boolean;
}

const SIDES: Readonly<Record<string, Pick<Drop, 'high' | 'low'>>> = {
  '<': { high: true, low: false },
  '<=': { high: true, low: false },
  '>': { high: false, low: true },
  '>=': { high: false, low: true },
  '==': { high: true, low: true },
};

/** What a comparison leaves out; which values `!=` does is anybody's guess. */
export function dropOf(at: Expression, operator: string): Drop {
  return { at, ...(SIDES[operator] ?? { high: false, low: false }), always: true };
}

export function mirrored(drop: Drop): Drop {
  return { ...drop, high: drop.low, low: drop.high };
}

/** Behind something that may turn large into small or not. */
export function unsided(drop: Drop): Drop {
  return { ...drop, high: false, low: false };
}
