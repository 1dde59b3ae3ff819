import type { ChaosSpec } from './chaos-kind.ts';

export function isSpec(value: unknown): value is ChaosSpec {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isFilledList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}
