import type { ReleaseAssessment } from './condition/classify.ts';
import type { ReleaseRevision } from './secrets/release.ts';

/** What a newer revision of a release says about the incident of an older one. */
export type Sequel =
  /** Its user wrote it, or nobody of ours can have. */
  | 'superseded'
  | 'carried-out'
  /** Helm is at work on the rollback, or was until a moment ago. */
  | 'under-way'
  /** The rollback was left half-way or failed: it is a sick revision of its own. */
  | 'unfinished';

/** Reads what became of an action whose answer nobody has. `sent`: helm may have been started. Pure. */
export function readSequel(
  sent: boolean,
  latest: Pick<ReleaseRevision, 'rollback' | 'status'>,
  assessment: Pick<ReleaseAssessment, 'kind'>,
): Sequel {
  if (!sent || !latest.rollback) return 'superseded';
  if (latest.status === 'deployed') return 'carried-out';
  return assessment.kind === 'unhealthy' ? 'unfinished' : 'under-way';
}
