import { z } from 'zod';
import { expected } from '../fields/schema-fields.ts';
import { PROBE_KINDS, PROBE_TYPES } from '../probes/probe-kinds.ts';

/** What every probe is, in the author's words. */
export const PROBE = `a probe with ${PROBE_TYPES.slice(0, -1).join(', ')} or ${PROBE_TYPES.at(-1)}`;
export const probes = PROBE_TYPES.map((type) => PROBE_KINDS[type].schema);
export const probe = z.union(probes, expected(PROBE));

export type ProbeDocument = z.output<typeof probe>;
