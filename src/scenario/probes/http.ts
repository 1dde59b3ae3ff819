import { z } from 'zod';
import { toMs } from '../fields/read-fields.ts';
import { count, duration, expected, mapping, name, text } from '../fields/schema-fields.ts';
import { formatDuration } from '../model/duration.ts';
import { isRequestPath, isRequestUrl } from '../model/request-path.ts';
import type { HttpAddress, HttpProbe } from '../model/scenario.ts';
import { valueAt } from '../yaml/source.ts';
import { commonFields, every, IS_SO, type ProbeKind, type ProbeProblem } from './probe-kind.ts';

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
const request = mapping(
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

const schema = mapping(
  { name: commonFields.name, http: request, every, for: commonFields.for },
  'a probe with name, http and for',
).meta({ id: 'httpProbe', description: 'Whether an address answers as it should.' });

type Document = z.output<typeof schema>;

/** A GET request. */
export const http = {
  schema,
  read: toProbe,
  writtenProblems: addressProblems,
  problems: timeProblems,
  queries: () => [],
} satisfies ProbeKind<HttpProbe, Document>;

function toProbe(written: Document): HttpProbe {
  const { status, body = null, within } = written.http;
  const everyMs = toMs(written.every);
  const withinMs = within === undefined ? everyMs : toMs(within);
  return {
    name: written.name,
    forMs: toMs(written.for),
    http: { address: toAddress(written.http), status, body, withinMs },
    tolerance: IS_SO,
    everyMs,
  };
}

function toAddress({ url, service: to }: Document['http']): HttpAddress {
  return to === undefined ? { url: url ?? '' } : { service: { ...to, port: String(to.port) } };
}

function addressProblems(written: unknown): ProbeProblem[] {
  const asked = valueAt(written, ['http']);
  if (typeof asked !== 'object' || asked === null) return [];
  const hasUrl = valueAt(asked, ['url']) !== undefined;
  const hasService = valueAt(asked, ['service']) !== undefined;
  return hasUrl === hasService ? [{ path: ['http'], message: 'expected either url or service', atKey: true }] : [];
}

function timeProblems({ http: { withinMs }, everyMs }: HttpProbe): ProbeProblem[] {
  if (withinMs <= everyMs) return [];
  const [within, limit] = [withinMs, everyMs].map(formatDuration);
  return [
    { path: ['http', 'within'], message: `expected at most ${limit}, the time until it is asked again, got ${within}` },
  ];
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch (error: unknown) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
