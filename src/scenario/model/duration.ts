const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

/** Whole numbers with units d, h, m, s, ms, largest first, each at most once. Also committed to the JSON Schema. */
export const DURATION_PATTERN = /^(?=\d)(?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?(?:\d+ms)?$/;

/** Longer than any experiment; keeps sums far from where numbers lose whole milliseconds. */
export const LONGEST_DURATION_MS = 30 * 86_400_000;

const PART = /(\d+)(ms|[dhms])/g;

/** Milliseconds of a text such as `90s`, `1m30s`, `250ms`; null unless it is well formed, positive and at most 30 days. */
export function parseDuration(text: string): number | null {
  if (!DURATION_PATTERN.test(text)) return null;
  let totalMs = 0;
  for (const [, digits, unit] of text.matchAll(PART)) {
    const sizeMs = UNITS.find(([name]) => name === unit)?.[1] ?? Number.NaN;
    totalMs += Number(digits) * sizeMs;
  }
  return totalMs > 0 && totalMs <= LONGEST_DURATION_MS ? totalMs : null;
}

/** The shortest text that `parseDuration` reads as the same whole, non-negative milliseconds (`0s` for none). */
export function formatDuration(durationMs: number): string {
  if (!Number.isSafeInteger(durationMs) || durationMs < 0) return `${durationMs}ms`;
  let restMs = durationMs;
  let text = '';
  for (const [unit, sizeMs] of UNITS) {
    const count = Math.floor(restMs / sizeMs);
    if (count > 0) text += `${count}${unit}`;
    restMs -= count * sizeMs;
  }
  return text === '' ? '0s' : text;
}

const GO_UNITS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ns: 1e-6,
};
const GO_PATTERN = /^[+-]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:h|ms|m|s|us|µs|μs|ns))+)$/;
const GO_PART = /(\d+\.?\d*|\.\d+)(ms|[hms]|us|µs|μs|ns)/g;

/** Milliseconds of a length of time in Go's grammar, as Chaos Mesh reads it: fractions and signs allowed, no days. */
export function readGoDuration(text: string): number | null {
  if (text.length > 100 || !GO_PATTERN.test(text)) return null;
  let totalMs = 0;
  for (const [, digits, unit] of text.matchAll(GO_PART))
    totalMs += Number(digits) * (GO_UNITS[unit ?? ''] ?? Number.NaN);
  return text.startsWith('-') ? -totalMs : totalMs;
}

/** The same of a duration that somebody can wait for; null unless positive and at most 30 days. */
export function parseGoDuration(text: string): number | null {
  const durationMs = readGoDuration(text);
  return durationMs !== null && durationMs > 0 && durationMs <= LONGEST_DURATION_MS ? durationMs : null;
}
