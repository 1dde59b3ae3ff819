import type { z } from 'zod';
import { toMs, toTolerance } from '../fields/read-fields.ts';
import { mapping, query as promql, tolerance } from '../fields/schema-fields.ts';
import type { PromqlProbe } from '../model/scenario.ts';
import { commonFields, type ProbeKind } from './probe-kind.ts';

const schema = mapping(
  { name: commonFields.name, query: promql, tolerance, for: commonFields.for },
  'a probe with name, query, tolerance and for',
).meta({ id: 'probe', description: 'One measurable question with the answer that counts as normal.' });

/** PromQL: the usual probe. */
export const query = {
  schema,
  read: ({ name, query: asked, tolerance: normal, for: held }) => ({
    name,
    forMs: toMs(held),
    query: asked,
    tolerance: toTolerance(normal),
  }),
  writtenProblems: () => [],
  problems: () => [],
  queries: (probe) => [probe.query],
} satisfies ProbeKind<PromqlProbe, z.output<typeof schema>>;
