import type { KubernetesObject } from '@kubernetes/client-node';
import { toEpochMs } from '../kube/timestamp.ts';
import { API_VERSION } from '../names.ts';
import { ENDED, RemediationSpec, RemediationStatus } from '../policy/remediation-schema.ts';

/** A Remediation as the API server has it. */
export interface RemediationView {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly createdAtMs: number | undefined;
  /** Undefined when somebody wrote what is none of ours. */
  readonly spec: RemediationSpec | undefined;
  /** Undefined before the first status was written. */
  readonly status: RemediationStatus | undefined;
}

export function viewRemediation(object: KubernetesObject): RemediationView {
  const { namespace = '', name = '', uid = '', resourceVersion = '', creationTimestamp } = object.metadata ?? {};
  const { spec, status } = object as { spec?: unknown; status?: unknown };
  return {
    namespace,
    name,
    uid,
    resourceVersion,
    createdAtMs: toEpochMs(creationTimestamp),
    spec: RemediationSpec.safeParse(spec).data,
    status: RemediationStatus.safeParse(status).data,
  };
}

export function hasEnded({ status }: RemediationView): boolean {
  return status !== undefined && ENDED.has(status.phase);
}

/** Name of the object: what makes it the claim. */
export function remediationName(incident: string): string {
  return `r-${incident}`;
}

export function toTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** The object to write. */
export function toObject(
  metadata: NonNullable<KubernetesObject['metadata']>,
  spec: RemediationSpec,
  status?: RemediationStatus,
): KubernetesObject {
  const object = { apiVersion: API_VERSION, kind: 'Remediation', metadata, spec };
  return status === undefined ? object : ({ ...object, status } as KubernetesObject);
}
