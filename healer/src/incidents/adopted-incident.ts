import type { LeftBehind } from '../remediations/left-behind.ts';
import { ownerIn } from '../remediations/owner.ts';
import { type Incident, type IncidentTarget, openedIncident } from './incident.ts';

/** The incident that a Remediation tells of; whoever had it before has told of its beginning. */
export function adoptedIncident<T extends IncidentTarget>(
  { spec, status }: LeftBehind,
  target: T,
  key: string,
): Incident<T> {
  const { policy, condition, episode, firstSeenAt, detectedAt, evidence } = spec;
  const incident = openedIncident<T>({
    key,
    policy,
    condition,
    target,
    objectKey: `${target.namespace}/${target.name}`,
    episode,
    owner: ownerIn(spec),
    firstSeenMs: Date.parse(firstSeenAt),
    detectedAtMs: Date.parse(detectedAt),
    reason: evidence,
  });
  incident.announced = true;
  if (status?.decidedAt !== undefined) incident.decidedAtMs = Date.parse(status.decidedAt);
  if (status?.refusal !== undefined) incident.said.add(status.refusal);
  return incident;
}
