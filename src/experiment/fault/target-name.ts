import type { Target } from '../evidence/evidence.ts';

/** `namespace/name`, or the name alone of what stands in no namespace. */
export function targetName({ namespace, name }: Pick<Target, 'namespace' | 'name'>): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}
