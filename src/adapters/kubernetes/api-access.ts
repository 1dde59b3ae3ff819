import type { Authorize } from '../http/authorization.ts';

/** Where an API server is, and what it takes to be let in there. */
export interface ApiAccess {
  /** Without a slash at its end. */
  readonly server: string;
  readonly authorize: Authorize;
}
