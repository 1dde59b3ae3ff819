import { KubernetesError } from '../../errors.ts';
import { type HttpAnswer, LARGEST_BODY_BYTES } from '../../ports/http-source.ts';
import type { HttpAddress } from '../../scenario/scenario.ts';
import type { Connection } from './connection.ts';

type ServiceAddress = Extract<HttpAddress, { readonly service: unknown }>['service'];

/** One GET of a Service through the API server's proxy. */
export async function getThroughProxy(
  connection: Connection,
  { namespace, name, port, path }: ServiceAddress,
  timeoutMs: number,
): Promise<HttpAnswer> {
  const service = `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(name)}:${port}`;
  try {
    const { status, text } = await connection.send({ method: 'GET', path: `${service}/proxy${path}`, timeoutMs });
    const own = apiServersOwn(text);
    if (own === null) return { kind: 'answer', status, body: text.slice(0, LARGEST_BODY_BYTES) };
    // 503: no endpoints, or none that answers. Anything else (no such Service, no right to ask) is not the service's word.
    return { kind: status === 503 ? 'silence' : 'unknown', detail: `the API server says ${status}: ${own}` };
  } catch (error: unknown) {
    if (!(error instanceof KubernetesError)) throw error;
    return { kind: 'unknown', detail: error.message };
  }
}

/** The message of an answer that the API server gave itself, or null. */
function apiServersOwn(text: string): string | null {
  if (!text.startsWith('{"kind":"Status","apiVersion":"v1"')) return null;
  try {
    const { message } = JSON.parse(text) as { message?: string };
    return message ?? 'no message';
  } catch (error: unknown) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
