import type { RecordedTarget } from '../names.ts';
import type { IncidentTarget } from './incident.ts';

/** A target as records show it. Helm has no object for a release as a whole, so its name stands for it. */
export function recordedTarget({ kind, namespace, name, uid, app, node }: IncidentTarget): RecordedTarget {
  if (kind === 'HelmRelease') return { kind, namespace, name, uid: `release ${namespace}/${name}`, app: name };
  return { kind, namespace, name, uid, ...(app === undefined ? {} : { app }), ...(node === undefined ? {} : { node }) };
}
