import type { AppsV1Api, CoreV1Api, CustomObjectsApi } from '@kubernetes/client-node';
import { type ConfigurationOptions, Observable, type ObservableMiddleware } from '@kubernetes/client-node';
import { KubeError } from './kube-error.ts';

/** The library's clients, by group. */
export interface Apis {
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  readonly custom: CustomObjectsApi;
}

/** Sends a request, counts it, and rejects with a KubeError that says what was being done. */
export type Call = <R>(method: string, resource: string, doing: string, send: () => Promise<R>) => Promise<R>;

export type RequestOptions = ConfigurationOptions<ObservableMiddleware>;

/** Lets a request fail after a while; the library itself would wait for ever. */
export function inTime(timeoutMs: number): RequestOptions {
  return before((context) => context.setSignal(AbortSignal.timeout(timeoutMs)));
}

/** A patch in the given language, which the library would not choose by itself. */
export function patchInTime(contentType: string, timeoutMs: number): RequestOptions {
  return before((context) => {
    context.setSignal(AbortSignal.timeout(timeoutMs));
    context.setHeaderParam('Content-Type', contentType);
  });
}

export function undefinedWhenMissing(error: unknown): undefined {
  if (error instanceof KubeError && error.status === 404) return undefined;
  throw error;
}

function before(change: (context: Parameters<ObservableMiddleware['pre']>[0]) => void): RequestOptions {
  const middleware: ObservableMiddleware = {
    pre(context) {
      change(context);
      return new Observable(Promise.resolve(context));
    },
    post: (response) => new Observable(Promise.resolve(response)),
  };
  return { middleware: [middleware], middlewareMergeStrategy: 'append' };
}
