import { z } from 'zod';
import { apiVersionOfKind, checkObjectName, kind } from '../fields/name-fields.ts';
import { toMs, toTolerance } from '../fields/read-fields.ts';
import { expected, mapping, name, text, tolerance } from '../fields/schema-fields.ts';
import { parseFieldPath } from '../model/field-path.ts';
import type { KubernetesProbe } from '../model/scenario.ts';
import { valueAt } from '../yaml/source.ts';
import { commonFields, every, IS_SO, type ProbeKind, type ProbeProblem } from './probe-kind.ts';

const FIELD = 'a field such as status.readyReplicas or status.conditions[type=Ready].status';
const object = mapping(
  {
    apiVersion: apiVersionOfKind.meta({ description: 'Of the object.', examples: ['apps/v1'] }),
    kind: kind.meta({ description: 'Of the object.', examples: ['Deployment'] }),
    namespace: name.optional().meta({ description: 'Of the object; left out for one of the cluster.' }),
    name: text('the name of an object').meta({ description: 'Of the object.' }),
    field: text(FIELD)
      .refine((value) => parseFieldPath(value) !== null, expected(FIELD))
      .meta({
        description: 'Which field: keys with dots, `["key"]`, `[0]`, or `[key=value]` for the one item that has it.',
        examples: ['status.conditions[type=Available].status'],
      }),
    equals: text('a text').optional().meta({ description: 'The text that it must be. Instead of `tolerance`.' }),
    whenAbsent: z.number(expected('a number')).optional().meta({
      description:
        'Its value where the object is there without the field, which Kubernetes leaves out when it is 0. Otherwise that is no data.',
    }),
  },
  'an object with apiVersion, kind, name and field',
)
  .superRefine(checkObjectName)
  .meta({ description: 'A field of an object in the cluster: a number, true or false, or a text with `equals`.' });

const schema = mapping(
  {
    name: commonFields.name,
    kubernetes: object,
    tolerance: tolerance.optional().meta({ description: 'What the number must be. Not with `equals`.' }),
    every,
    for: commonFields.for,
  },
  'a probe with name, kubernetes and for',
).meta({ id: 'kubernetesProbe', description: 'What PromQL does not see: the state of rollouts, nodes, releases.' });

type Document = z.output<typeof schema>;

/** A field of an object. */
export const kubernetes = {
  schema,
  read: toProbe,
  writtenProblems: answerProblems,
  problems: () => [],
  queries: () => [],
} satisfies ProbeKind<KubernetesProbe, Document>;

function toProbe(written: Document): KubernetesProbe {
  const { equals = null, namespace = null, whenAbsent = null } = written.kubernetes;
  return {
    name: written.name,
    forMs: toMs(written.for),
    kubernetes: { ...written.kubernetes, namespace, equals, whenAbsent },
    tolerance: written.tolerance === undefined ? IS_SO : toTolerance(written.tolerance),
    everyMs: toMs(written.every),
  };
}

function answerProblems(written: unknown): ProbeProblem[] {
  const asked = valueAt(written, ['kubernetes']);
  if (typeof asked !== 'object' || asked === null) return [];
  const hasText = valueAt(asked, ['equals']) !== undefined;
  const hasTolerance = valueAt(written, ['tolerance']) !== undefined;
  if (hasText !== hasTolerance) return [];
  const message = 'expected either tolerance, for a number, or kubernetes.equals, for a text';
  return [{ path: [hasText ? 'tolerance' : 'kubernetes'], message, atKey: true }];
}
