import { InternalError } from '../../errors.ts';
import { isPathSegment } from '../../scenario/model/kubernetes-names.ts';
import { isRequestPath } from '../../scenario/model/request-path.ts';

declare const checked: unique symbol;
/** A path that leads where its segments say; only this file makes one, and nothing else can be sent. */
export type ApiPath = string & { readonly [checked]: true };

/** @throws InternalError for a segment that would make another path of it. */
export function apiPath(...segments: readonly string[]): ApiPath {
  // A name that is missing altogether would otherwise be called `undefined`.
  const wrong = segments.findIndex((segment) => typeof segment !== 'string' || !isPathSegment(segment));
  if (wrong !== -1) throw refused(String(segments[wrong]));
  // A colon means nothing in a path, and the proxy to Services wants it as it is.
  return `/${segments.map((segment) => encodeURIComponent(segment).replaceAll('%3A', ':')).join('/')}` as ApiPath;
}

/** What somebody serves below a path of the API server. @throws InternalError for a path that leads out of it. */
export function pathBelow(base: ApiPath, path: string): ApiPath {
  if (!isRequestPath(path)) throw refused(path);
  return `${base}${path}` as ApiPath;
}

/** `v1` is of the core group, `apps/v1` of one with a name. */
export function groupSegments(apiVersion: string): string[] {
  const parts = apiVersion.split('/');
  if (parts.length > 2) throw refused(apiVersion);
  return [parts.length === 1 ? 'api' : 'apis', ...parts];
}

function refused(text: string): InternalError {
  return new InternalError(`${JSON.stringify(text.slice(0, 300))} cannot be part of an API path: nothing was sent`);
}
