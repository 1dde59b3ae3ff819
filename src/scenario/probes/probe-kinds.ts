import { InternalError } from '../../errors.ts';
import type { LiveProbe, Probe, ProbeOf, ProbeType } from '../model/scenario.ts';
import { http } from './http.ts';
import { kubernetes } from './kubernetes.ts';
import type { ProbeKind } from './probe-kind.ts';
import { query } from './query.ts';

/** Every kind of probe there is, by the key that tells it apart. */
export const PROBE_KINDS = { query, kubernetes, http } satisfies {
  readonly [Type in ProbeType]: ProbeKind<ProbeOf<Type>>;
};
export const PROBE_TYPES = Object.keys(PROBE_KINDS) as ProbeType[];

/** The kind of a probe or of what was written of one. */
export function probeKindOf(keyed: object): ProbeKind {
  const type = PROBE_TYPES.find((each) => each in keyed);
  if (type === undefined) throw new InternalError('there is a probe of no kind');
  return PROBE_KINDS[type];
}

/** Whether it has to be sampled while the run goes on; PromQL alone can be asked about the past. */
export function isLive(probe: Probe): probe is LiveProbe {
  return !('query' in probe);
}
