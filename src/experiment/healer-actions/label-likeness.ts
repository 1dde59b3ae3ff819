/** Whether an object carries labels, where perhaps not all of its labels are known. */
export type Likeness = 'yes' | 'no' | 'maybe';

const APP_LABELS: ReadonlySet<string> = new Set(['app', 'app.kubernetes.io/name']);

/** A resolved target's labels are known (`known`); of another pod the healer's record tells the app only. */
export function labelLikeness(
  known: Readonly<Record<string, string>> | null,
  app: string | undefined,
  wanted: Readonly<Record<string, string>>,
): Likeness {
  const pairs = Object.entries(wanted);
  if (pairs.length === 0) return 'yes';
  if (known !== null) return pairs.every(([key, value]) => known[key] === value) ? 'yes' : 'no';
  if (app === undefined) return 'maybe';
  if (pairs.some(([key, value]) => APP_LABELS.has(key) && value !== app)) return 'no';
  return pairs.every(([key]) => APP_LABELS.has(key)) ? 'yes' : 'maybe';
}

export function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? 'anything' : pairs.join(',');
}
