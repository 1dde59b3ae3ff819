/** Where two pieces of plain data differ: sentences with the place of each difference, at most `limit` of them. */
export function differences(stored: unknown, computed: unknown, path: string, limit = 20): string[] {
  const found: string[] = [];
  walk(stored, computed, path, (sentence) => {
    if (found.length < limit) found.push(sentence);
  });
  return found;
}

function walk(stored: unknown, computed: unknown, path: string, say: (sentence: string) => void): void {
  if (Object.is(stored, computed)) return;
  if (!isNested(stored) || !isNested(computed) || Array.isArray(stored) !== Array.isArray(computed)) {
    say(`${path}: stored is ${short(stored)}, computed is ${short(computed)}`);
    return;
  }
  for (const key of new Set([...Object.keys(stored), ...Object.keys(computed)]))
    walk(stored[key], computed[key], Array.isArray(stored) ? `${path}[${key}]` : `${path}.${key}`, say);
}

function isNested(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

const LONGEST = 120;

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'not there';
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
