import type { Kube } from '../../../ports/kube.ts';

/** A kubelet renews its Lease every ten seconds; one that stands still for longer has nobody who renews it. */
export const SILENT_AFTER_MS = 12_000;

/**
 * For how long the Lease of a node has not been renewed, ms; null where it has none. Only our own clock counts, from when
 * the Lease was last seen to change.
 */
export function leaseSilence(kube: Kube, now: () => number = Date.now): (node: string) => Promise<number | null> {
  const seen = new Map<string, { readonly renewTime: string; readonly sinceMs: number }>();
  return async (name) => {
    const ref = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace: 'kube-node-lease', name };
    const spec = (await kube.get(ref))?.spec as { readonly renewTime?: string } | undefined;
    const renewTime = spec?.renewTime;
    if (renewTime === undefined) return null;
    const before = seen.get(name);
    const sinceMs = before?.renewTime === renewTime ? before.sinceMs : now();
    seen.set(name, { renewTime, sinceMs });
    return now() - sinceMs;
  };
}
