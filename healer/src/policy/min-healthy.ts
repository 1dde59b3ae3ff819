import { z } from 'zod';
import { cel } from './bounds.ts';

/** How many pods of a policy must stay healthy: a share of them or a number. */
export type MinHealthy = { readonly percent: number } | { readonly count: number };

const PERCENT = /^(\d{1,3})%$/;

/** Schema of `"51%"` or `2`. */
export const MinHealthyText = z
  .union([z.string().max(4), z.number()])
  .meta({
    'x-kubernetes-int-or-string': true,
    ...cel({
      rule: "type(self) == int ? self >= 0 : self.matches('^(100|[0-9]{1,2})%$')",
      message: 'expected a percentage such as "51%" or a whole number',
    }),
  })
  .transform((value, context): MinHealthy => {
    const percent = typeof value === 'string' ? Number(PERCENT.exec(value)?.[1]) : Number.NaN;
    if (percent >= 0 && percent <= 100) return { percent };
    if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return { count: value };
    const got = JSON.stringify(value);
    context.addIssue({ code: 'custom', message: `expected a percentage such as "51%" or a whole number, got ${got}` });
    return z.NEVER;
  });

/** Pods that must be healthy out of `total`, rounded up. */
export function requiredHealthy(minHealthy: MinHealthy, total: number): number {
  return 'count' in minHealthy ? minHealthy.count : Math.ceil((total * minHealthy.percent) / 100);
}

export function describeMinHealthy(minHealthy: MinHealthy): string {
  return 'count' in minHealthy ? String(minHealthy.count) : `${minHealthy.percent} %`;
}
