import { KubernetesError, UsageError } from '../../errors.ts';
import { type HttpAnswer, LARGEST_BODY_BYTES } from '../../ports/http-source.ts';
import { SERVICE_ADDRESS } from '../../scenario/model/kubernetes-names.ts';
import type { HttpAddress } from '../../scenario/model/scenario.ts';
import type { Authorize } from '../http/authorization.ts';
import type { ApiAccess } from './api-access.ts';
import { type ApiPath, apiPath, pathBelow } from './api-path.ts';
import type { Connection } from './connection.ts';

/** A service reached through the API server, with the rights of a kubeconfig. */
export interface ServiceProxy {
  readonly url: string;
  readonly authorize: Authorize;
}

/** @param service as a `SERVICE_ADDRESS`. */
export function serviceProxy({ server, authorize }: ApiAccess, service: string): ServiceProxy {
  const [, scheme = '', namespace, name, port] = SERVICE_ADDRESS.exec(service) ?? [];
  if (namespace === undefined) throw new UsageError(`${service} is no service: expected namespace/name:port`);
  const target = scheme === 'https' ? `https:${name}` : `${name}`;
  return { url: `${server}${proxyPath(namespace, target, port ?? '')}`, authorize };
}

function proxyPath(namespace: string, service: string, port: string): ApiPath {
  return apiPath('api', 'v1', 'namespaces', namespace, 'services', `${service}:${port}`, 'proxy');
}

type ServiceAddress = Extract<HttpAddress, { readonly service: unknown }>['service'];

/** One GET of a Service through the API server's proxy. */
export async function getThroughProxy(
  connection: Connection,
  { namespace, name, port, path }: ServiceAddress,
  timeoutMs: number,
): Promise<HttpAnswer> {
  const asked = pathBelow(proxyPath(namespace, name, port), path);
  try {
    const { status, text } = await connection.send({ method: 'GET', path: asked, timeoutMs });
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
