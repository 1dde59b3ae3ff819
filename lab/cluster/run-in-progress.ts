import { PreflightError } from '../../src/errors.ts';
import { DEAD_MAN } from '../../src/experiment/cluster-records/undo.ts';
import type { Kube, KubeObject } from '../../src/ports/kube.ts';

/** After this a Lease that nobody renewed belongs to nobody: its janitor has long taken over. */
const ABANDONED_AFTER_MS = 3 * DEAD_MAN.leaseDurationSeconds * 1000;

/** Pure: the run that holds a lab's Lease and still renews it, or null. */
function holderOf(lease: KubeObject | null, nowMs: number): string | null {
  const spec = lease?.spec as { readonly holderIdentity?: string | null; readonly renewTime?: string } | undefined;
  const holder = spec?.holderIdentity ?? '';
  if (holder === '' || holder === DEAD_MAN.janitorIdentity) return null;
  return nowMs - Date.parse(spec?.renewTime ?? '') < ABANDONED_AFTER_MS ? holder : null;
}

export async function runInProgress(kube: Kube, nowMs: number): Promise<string | null> {
  const { namespace, lease: name } = DEAD_MAN;
  return holderOf(await kube.get({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name }), nowMs);
}

/** What is said when a lab is asked to change under a run. */
export function inUse(run: string, hint = 'Wait for it to end, or stop it with Ctrl-C.'): PreflightError {
  return new PreflightError(`run ${run} is using this lab`, { hint });
}
