import { z } from 'zod';
import { parseFieldPath } from '../model/field-path.ts';
import { isRequestPath, isRequestUrl } from '../model/request-path.ts';
import { apiVersionOfKind, checkObjectName, kind } from './name-fields.ts';
import { count, duration, expected, mapping, name, query, text, tolerance } from './schema-fields.ts';

const common = {
  name: text('a name for this probe')
    .max(100, expected('a name of at most 100 characters'))
    .meta({ description: 'Unique within the scenario.', examples: ['checkout latency'] }),
  for: duration.meta({ description: 'How long it must have held before anything is injected.' }),
};
const every = duration
  .default('1s')
  .meta({ description: 'How often it is asked, in whole seconds. A change shows up to twice this late.' });

/** PromQL: the usual probe. */
export const promqlProbe = mapping(
  { name: common.name, query, tolerance, for: common.for },
  'a probe with name, query, tolerance and for',
).meta({ id: 'probe', description: 'One measurable question with the answer that counts as normal.' });

const FIELD = 'a field such as status.readyReplicas or status.conditions[type=Ready].status';
const kubernetes = mapping(
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

export const kubernetesProbe = mapping(
  {
    name: common.name,
    kubernetes,
    tolerance: tolerance.optional().meta({ description: 'What the number must be. Not with `equals`.' }),
    every,
    for: common.for,
  },
  'a probe with name, kubernetes and for',
).meta({ id: 'kubernetesProbe', description: 'What PromQL does not see: the state of rollouts, nodes, releases.' });

const PATH =
  'a path that begins with / and that nothing resolves into another: without empty parts, `.`, `..`, spaces, `\\`, `#` and escaped dots and slashes';
const service = mapping(
  {
    namespace: name.meta({ description: 'Of the Service.' }),
    name: name.meta({ description: 'Of the Service.' }),
    port: z
      .union([count(1), name], expected('a port: its number or its name'))
      .meta({ description: 'Number or name of its port.' }),
    path: z
      .string(expected(PATH))
      .regex(/^\//, { ...expected(PATH), abort: true })
      .refine(isRequestPath, expected(PATH))
      .default('/')
      .meta({ description: 'Path and query of the request.' }),
  },
  'a service with namespace, name and port',
).meta({ description: 'A Service in the cluster, asked through the API server. Instead of `url`.' });

const URL_TEXT = 'a URL that begins with http:// or https://';
const PATTERN = 'a regular expression';
const http = mapping(
  {
    url: z
      .string(expected(URL_TEXT))
      .regex(/^https?:\/\/[^\s/]/, { ...expected(URL_TEXT), abort: true })
      .refine(isRequestUrl, expected(`${URL_TEXT} and goes on with ${PATH}`))
      .optional()
      .meta({ description: 'Reached from where healproof runs. Instead of `service`.' }),
    service: service.optional(),
    status: count(100)
      .max(599, expected('a status from 100 to 599'))
      .default(200)
      .meta({ description: 'The status that must come back. Redirects are not followed.' }),
    body: text(PATTERN)
      .refine(isPattern, expected(PATTERN))
      .optional()
      .meta({ description: 'A regular expression that the first 64 KB of the body must match.' }),
    within: duration.optional().meta({ description: 'The answer must be whole within this; `every` unless given.' }),
  },
  'a mapping with url or service',
).meta({ description: 'A GET request. It holds when status, body and time are as they should be.' });

export const httpProbe = mapping(
  { name: common.name, http, every, for: common.for },
  'a probe with name, http and for',
).meta({ id: 'httpProbe', description: 'Whether an address answers as it should.' });

/** What every probe is, in the author's words. */
export const PROBE = 'a probe with query, kubernetes or http';
export const probe = z.union([promqlProbe, kubernetesProbe, httpProbe], expected(PROBE));

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch (error: unknown) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
