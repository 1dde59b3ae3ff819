/** What Chaos Mesh takes for a size; `Mi` alone it does not. */
const PATTERN = /^(\d+\.?\d*|\.\d+) ?(?:([kmgtp])(i?b)?|b)?$/i;
const ORDER = ['', 'k', 'm', 'g', 't', 'p'];

/** Bytes of a size such as `80MB`, `1GiB` or `64m`; null for shares (`25%`) and for what is none. */
export function parseBytes(text: string): number | null {
  const [, digits, unit = '', ending = ''] = PATTERN.exec(text) ?? [];
  if (digits === undefined) return null;
  const base = ending.toLowerCase() === 'b' ? 1_000 : 1_024;
  return Number(digits) * base ** ORDER.indexOf(unit.toLowerCase());
}
