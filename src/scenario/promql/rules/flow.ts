import type { Expression } from '../expression.ts';
import type { Drop } from './drop.ts';
import { ANY, type Interval } from './interval.ts';

/** A place where missing data become a value. */
export interface Substitute {
  readonly at: Expression;
  readonly message: string;
  /** False where `or` may as well put two sets of series together. */
  readonly certain: boolean;
}

/** What can come out of an expression, and what becomes of that when series are missing or out of bounds. */
export interface Flow {
  readonly interval: Interval;
  /** One series at most. */
  readonly single: boolean;
  /** Its value follows series, not the clock or constants alone. */
  readonly moves: boolean;
  /** May be NaN where series are missing. */
  readonly nan: boolean;
  readonly substitutes: readonly Substitute[];
  readonly drops: readonly Drop[];
}

/** Looks every part up once, however often it is asked. */
export type FlowOf = (expression: Expression) => Flow;

/** What parts have in common before it is known what is made of them. */
export function merged(...flows: readonly Flow[]): Flow {
  return {
    interval: ANY,
    single: flows.every(({ single }) => single),
    moves: flows.some(({ moves }) => moves),
    nan: flows.some(({ nan }) => nan),
    substitutes: flows.flatMap(({ substitutes }) => substitutes),
    drops: flows.flatMap(({ drops }) => drops),
  };
}

/** Among several series others may remain where one was left out. */
export function amongOthers(flow: Flow): Flow {
  return {
    ...flow,
    substitutes: flow.substitutes.filter(({ certain }) => certain),
    drops: flow.drops.map((drop) => ({ ...drop, always: false })),
  };
}
