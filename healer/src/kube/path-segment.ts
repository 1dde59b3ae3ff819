import { KubeError } from './kube-error.ts';

/**
 * A name as one segment of a path. The library encodes names, but `.` and `..` are not changed by that, and a URL
 * resolves them, written as `%2e` too: deleting the object `..` would delete what it is in. Servers resolve `%2f` as well.
 */
export function pathSegment(name: string): string {
  if (name === '' || name === '.' || name === '..' || /[/\\%?#\s]/.test(name)) {
    throw new KubeError(`${JSON.stringify(name.slice(0, 100))} is no name of an object`, {});
  }
  return name;
}

const PLACES = ['namespace', 'name', 'group', 'version', 'plural'] as const;

/** A client of the library none of whose methods puts anything but a whole segment into a path. */
export function withPlainNames<T extends object>(api: T): T {
  return new Proxy(api, {
    get(target, property) {
      const method: unknown = Reflect.get(target, property, target);
      if (typeof method !== 'function') return method;
      return async (asked: unknown, ...rest: unknown[]): Promise<unknown> => {
        for (const place of PLACES) {
          const name: unknown = Object(asked)[place];
          if (name !== undefined) pathSegment(String(name));
        }
        return Reflect.apply(method, target, [asked, ...rest]);
      };
    },
  });
}
