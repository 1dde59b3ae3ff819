import type { Policy } from './schema.ts';

/** Whether a policy is about a pod with these labels in this namespace. */
export function selects(
  policy: Pick<Policy, 'namespaces' | 'selector'>,
  pod: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> },
): boolean {
  if (!policy.namespaces.includes(pod.namespace)) return false;
  return Object.entries(policy.selector).every(([key, value]) => pod.labels[key] === value);
}
