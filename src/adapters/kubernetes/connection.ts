import { createConfiguration, HttpMethod, KubeConfig, ServerConfiguration } from '@kubernetes/client-node';
import { KubernetesError, messageOf, PreflightError } from '../../errors.ts';
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

const METHODS = {
  GET: HttpMethod.GET,
  POST: HttpMethod.POST,
  PUT: HttpMethod.PUT,
  PATCH: HttpMethod.PATCH,
  DELETE: HttpMethod.DELETE,
} as const;

/** client-node makes a connection pool per request and never closes it; one pool per set of TLS options is enough. */
function poolConnections(config: KubeConfig): void {
  const inner = config as unknown as { createDispatcher(cluster: unknown, options: unknown): unknown };
  const make = inner.createDispatcher.bind(config);
  const pools = new Map<string, unknown>();
  inner.createDispatcher = (cluster, options) => {
    const key = JSON.stringify([cluster, options]);
    if (!pools.has(key)) pools.set(key, make(cluster, options));
    return pools.get(key);
  };
}

export function loadKubeConfig(kubeconfigPath: string, context?: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfigPath);
  if (context !== undefined) {
    const known = config.getContexts().map(({ name }) => name);
    if (!known.includes(context))
      throw new PreflightError(`${kubeconfigPath} has no context ${context}`, { hint: `It has: ${known.join(', ')}.` });
    config.setCurrentContext(context);
  }
  poolConnections(config);
  return config;
}

/** The service account of the pod that this runs in. */
export function loadInClusterConfig(): KubeConfig {
  const config = new KubeConfig();
  config.loadFromCluster();
  poolConnections(config);
  return config;
}

/** @throws KubernetesError when no answer came (status undefined); HTTP errors are answers. */
export function connect(config: KubeConfig): Connection {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new KubernetesError('the kubeconfig names no cluster', undefined);
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(cluster.server, {}),
    authMethods: { default: config },
  });

  async function send(request: ApiRequest): Promise<ApiAnswer> {
    const context = configuration.baseServer.makeRequestContext(request.path, METHODS[request.method]);
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) context.setQueryParam(name, value);
    }
    context.setHeaderParam('Accept', 'application/json');
    if (request.body !== undefined) {
      context.setHeaderParam('Content-Type', request.contentType ?? 'application/json');
      context.setBody(JSON.stringify(request.body));
    }
    context.setSignal(AbortSignal.timeout(request.timeoutMs ?? 15_000));
    try {
      await config.applySecurityAuthentication(context);
      const response = await configuration.httpApi.send(context).toPromise();
      return { status: response.httpStatusCode, headers: response.headers, text: await response.body.text() };
    } catch (error: unknown) {
      throw new KubernetesError(`no answer from ${cluster?.server}: ${rootMessage(error)}`, undefined, {
        cause: error,
      });
    }
  }

  return { server: cluster.server, send };
}

function rootMessage(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? rootMessage(error.cause) : messageOf(error);
}
