import type { Incident } from '../incidents/incident.ts';
import type { RemediationSpec, RemediationStatus } from '../policy/remediation-schema.ts';
import { releaseOwner } from '../remediations/owner.ts';
import { type ReleaseRevision, releaseKey } from './secrets/release.ts';

/** The revision of a release that was found sick. */
export type ReleaseTarget = RemediationSpec['target'] & { readonly kind: 'HelmRelease'; readonly revision: number };

/** One sick revision of a release; a release has one at a time, so its key is the release's. */
export type ReleaseIncident = Incident<ReleaseTarget>;

/**
 * How long helm may take to begin: a replica does not take its helm along when it dies, and until the first write nothing
 * tells that one is at work.
 */
const HELM_BEGINS_WITHIN_MS = 5_000;

/** What an earlier holder left behind about an incident. */
export function recallRelease(incident: ReleaseIncident, status: RemediationStatus | undefined, nowMs: number): void {
  incident.claimed = true;
  if (status?.phase !== 'Acting' && status?.phase !== 'Acted') return;
  if (status.phase === 'Acting') incident.holdUntilMs = Math.max(incident.holdUntilMs, nowMs + HELM_BEGINS_WITHIN_MS);
  incident.unsure = true;
  incident.action ??= status.action;
  if (status.decidedAt !== undefined) incident.decidedAtMs ??= Date.parse(status.decidedAt);
  if (status.phase === 'Acted' && status.actedAt !== undefined) incident.actedAtMs ??= Date.parse(status.actedAt);
}

/** Helm keeps no object for a release; the Secret of the sick revision stands for it. */
export function toReleaseTarget({ namespace, release, revision, uid }: ReleaseRevision): ReleaseTarget {
  return { kind: 'HelmRelease', namespace, name: release, uid, revision, app: release };
}

export function ownerOfRelease({ namespace, release }: Pick<ReleaseRevision, 'namespace' | 'release'>): string {
  return releaseOwner(releaseKey({ namespace, release }));
}
