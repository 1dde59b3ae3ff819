import { type ConfigurationOptions, Observable, type ObservableMiddleware } from '@kubernetes/client-node';
import { KubeError } from './kube-error.ts';

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
