import { z } from 'zod';
import { cel } from './bounds.ts';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const WHOLE = /^(?:\d+(?:ms|[smhd]))+$/;
const PART = /(\d+)(ms|[smhd])/g;

/** Milliseconds of a duration such as `500ms`, `30s` or `1h30m`; undefined when it is none or not above zero. */
export function parseDurationMs(text: string): number | undefined {
  if (!WHOLE.test(text)) return undefined;
  let totalMs = 0;
  for (const [, amount, unit] of text.matchAll(PART)) totalMs += Number(amount) * (UNIT_MS[unit ?? ''] ?? Number.NaN);
  return Number.isSafeInteger(totalMs) && totalMs > 0 ? totalMs : undefined;
}

const DurationText = z
  .string()
  .max(32)
  .meta(
    cel({
      rule: "self.matches('^([0-9]+(ms|[smhd]))+$') && self.matches('[1-9]')",
      message: 'expected a duration above zero such as 30s',
    }),
  );

/** Schema of a duration; its output is milliseconds. */
export const Duration = DurationText.transform((text, context) => {
  const ms = parseDurationMs(text);
  if (ms !== undefined) return ms;
  context.addIssue({
    code: 'custom',
    message: `expected a duration above zero such as 30s, got ${JSON.stringify(text)}`,
  });
  return z.NEVER;
});
