import { z } from 'zod';
import { cel } from './bounds.ts';

const COMPARE = {
  '>': (value: number, limit: number) => value > limit,
  '>=': (value: number, limit: number) => value >= limit,
  '<': (value: number, limit: number) => value < limit,
  '<=': (value: number, limit: number) => value <= limit,
} as const;

/** When a value counts as sick. */
export interface Threshold {
  readonly operator: keyof typeof COMPARE;
  readonly limit: number;
  readonly text: string;
}

export function isSick(threshold: Threshold, value: number): boolean {
  return COMPARE[threshold.operator](value, threshold.limit);
}

const PATTERN = /^\s*(>=|<=|>|<)\s*(-?\d+(?:\.\d+)?(?:e-?\d+)?)\s*$/i;

/** Schema of a threshold such as `> 0.5`: the side on which a replica is sick. */
export const ThresholdText = z
  .string()
  .max(32)
  .meta(
    cel({
      rule: "self.matches('^ *(>=|<=|>|<) *-?[0-9]+([.][0-9]+)?(e-?[0-9]+)? *$')",
      message: 'expected a comparison such as "> 0.5"',
    }),
  )
  .transform((text, context): Threshold => {
    const [, operator, limit] = PATTERN.exec(text) ?? [];
    if (operator !== undefined && limit !== undefined) {
      return { operator: operator as Threshold['operator'], limit: Number(limit), text: `${operator} ${limit}` };
    }
    context.addIssue({ code: 'custom', message: `expected a comparison such as "> 0.5", got ${JSON.stringify(text)}` });
    return z.NEVER;
  });
