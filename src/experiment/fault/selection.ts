import type { PodTarget } from '../evidence/evidence.ts';
import { draw } from './seeded-choice.ts';

/** How many of the matching pods a fault takes, in Chaos Mesh's own words. */
export interface Selection {
  readonly mode: unknown;
  readonly value: unknown;
}

/** The pods that were chosen, or a sentence that says why none can be. */
export type Chosen = { readonly pods: readonly PodTarget[] } | { readonly refusal: string };

/** Chooses among candidates as Chaos Mesh would, but repeatably: sorted by namespace and name, drawn by the seed. */
export function choosePods(candidates: readonly PodTarget[], selection: Selection, random: () => number): Chosen {
  const sorted = [...candidates].sort(byName);
  if (sorted.length === 0) return { refusal: 'the selector matches no pod' };
  const count = countOf(selection, sorted.length, random);
  if (typeof count === 'string') return { refusal: count };
  return { pods: draw(sorted, count, random).sort(byName) };
}

function byName(a: PodTarget, b: PodTarget): number {
  const [left, right] = [`${a.namespace}/${a.name}`, `${b.namespace}/${b.name}`];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function countOf({ mode, value }: Selection, available: number, random: () => number): number | string {
  switch (mode) {
    case 'one':
      return 1;
    case 'all':
      return available;
    case 'fixed':
      return fixed(value, available);
    case 'fixed-percent':
      return percent(value, (share) => Math.ceil((available * share) / 100));
    case 'random-max-percent':
      // Chaos Mesh may draw no pod at all here; a fault without a target proves nothing, so at least one is taken.
      return percent(value, (share) => 1 + Math.floor(random() * Math.ceil((available * share) / 100)));
    default:
      return `mode ${JSON.stringify(mode)} is not known`;
  }
}

function fixed(value: unknown, available: number): number | string {
  const count = wholeNumber(value);
  if (count === null || count < 1) return `mode fixed needs a value of 1 or more, not ${JSON.stringify(value)}`;
  return Math.min(count, available);
}

function percent(value: unknown, toCount: (share: number) => number): number | string {
  const share = wholeNumber(value);
  if (share === null || share < 1 || share > 100)
    return `a percentage must be between 1 and 100, not ${JSON.stringify(value)}`;
  return toCount(share);
}

function wholeNumber(value: unknown): number | null {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : null;
}
