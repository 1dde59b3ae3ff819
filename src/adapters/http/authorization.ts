import type { Agent } from 'node:http';

/** What a request carries so that the other side believes who asks, and what it takes to believe the other side. */
export interface Authorization {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: {
    readonly ca?: string | Buffer | undefined;
    readonly cert?: string | Buffer | undefined;
    readonly key?: string | Buffer | undefined;
    readonly servername?: string | undefined;
    readonly rejectUnauthorized?: boolean | undefined;
  };
  /** Connections of another kind than direct ones, e.g. through a proxy. */
  readonly agent?: Agent;
}

/** Asked anew for every request: tokens and certificates are exchanged while a run goes on. */
export type Authorize = () => Promise<Authorization>;

/** Shows nothing and trusts whom the system trusts. */
export const NO_CREDENTIALS: Authorize = async () => ({ headers: {}, tls: {} });
