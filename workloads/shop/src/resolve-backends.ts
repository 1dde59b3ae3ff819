import { Resolver } from 'node:dns/promises';
import type { Backend } from './rotation.ts';

/** Asks who the back ends are now. Rejects when the name service gave no answer. */
export type ResolveBackends = () => Promise<readonly Backend[]>;

/**
 * A records of a headless Service: the addresses of its ready pods. A name without records is an answer: nobody.
 * `servers` are name servers as `address:port`; without them the system's are asked.
 */
export function resolveByDns(host: string, port: number, servers?: readonly string[]): ResolveBackends {
  const resolver = new Resolver({ timeout: 500, tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  return async () => {
    try {
      const addresses = await resolver.resolve4(host);
      return addresses.map((address) => ({ replica: address, host: address, port }));
    } catch (error: unknown) {
      if (isNobody(error)) return [];
      throw error;
    }
  };
}

function isNobody(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOTFOUND' || error.code === 'ENODATA');
}
