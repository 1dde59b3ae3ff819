import { KubernetesError, messageOf } from '../../errors.ts';
import { HttpClient } from '../http/http-client.ts';
import type { ApiAccess } from './api-access.ts';
import type { ApiPath } from './api-path.ts';

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: ApiPath;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly timeoutMs?: number;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** One authenticated way to an API server. Answers are raw so that no field is lost or turned into a `Date`. */
export interface Connection {
  readonly server: string;
  send(request: ApiRequest): Promise<ApiAnswer>;
}

const TIMEOUT_MS = 15_000;

/** @throws KubernetesError when no answer came (status undefined); HTTP errors are answers. */
export function connect({ server, authorize }: ApiAccess): Connection {
  const client = new HttpClient(authorize);

  async function send({ method, path, query, body, contentType, timeoutMs }: ApiRequest): Promise<ApiAnswer> {
    const type = body === undefined ? {} : { 'content-type': contentType ?? 'application/json' };
    try {
      const answer = await client.send({
        method,
        url: addressOf(server, path, query),
        headers: { accept: 'application/json', ...type },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs ?? TIMEOUT_MS),
      });
      const given = Object.entries(answer.headers).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value]] : [],
      );
      return { status: answer.status, headers: Object.fromEntries(given), text: answer.text };
    } catch (error: unknown) {
      throw new KubernetesError(`no answer from ${server}: ${rootMessage(error)}`, undefined, { cause: error });
    }
  }

  return { server, send };
}

function addressOf(server: string, path: string, query: ApiRequest['query']): string {
  const url = new URL(`${server}${path}`);
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) url.searchParams.set(name, value);
  return url.href;
}

function rootMessage(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? rootMessage(error.cause) : messageOf(error);
}
