import { counted } from '../../counted.ts';
/** What a PodDisruptionBudget says, and how many of its pods are well. */
export interface DisruptionBudget {
  readonly namespace: string;
  readonly name: string;
  /** A number of pods, or a percentage such as `50%`; at most one of the two is set. */
  readonly minAvailable: number | string | null;
  readonly maxUnavailable: number | string | null;
  /** Pods that it covers. */
  readonly expected: number;
  readonly healthy: number;
}

/** How many pods may be evicted now; percentages round up, as Kubernetes has it. */
export function evictionsAllowed({ minAvailable, maxUnavailable, expected, healthy }: DisruptionBudget): number {
  const desired =
    minAvailable !== null ? share(minAvailable, expected) : expected - share(maxUnavailable ?? 1, expected);
  return Math.max(0, healthy - Math.max(0, desired));
}

function share(amount: number | string, of: number): number {
  if (typeof amount === 'number') return amount;
  const percent = /^(\d+)%$/.exec(amount)?.[1];
  return percent === undefined ? Number(amount) : Math.ceil((Number(percent) * of) / 100);
}

/** What a budget does to evictions of the targets that it covers, in a sentence. */
export function disruptionSentence(budget: DisruptionBudget, targets: number): string {
  const allowed = evictionsAllowed(budget);
  const covers = `covers ${targets} of the targets`;
  if (allowed === 0) return `${covers} and lets none be evicted: a healer that evicts will be refused`;
  return `${covers} and lets ${counted(allowed, 'pod')} of its ${budget.expected} be evicted at a time`;
}
