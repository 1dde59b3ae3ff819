import type { FaultTemplate } from '../shared/template.ts';

/** One thing that can be done to a node, as far as it can be told without one. */
export interface NodeActionKind {
  /** As it stands in the list of all of them: `freeze the node`, `restart it`. */
  readonly does: string;
  /** It happens once and leaves nothing in force. */
  readonly isOneShot: boolean;
  /** The pods on the node are evicted. */
  readonly evictsPods: boolean;
  /**
   * Why it must carry a duration; null where it takes none. A fault with one stands below the API server, where nobody but
   * a `check` can see it: a command of the user's must come with one.
   */
  readonly mustEndBecause: string | null;
  /** Scenarios to begin with, by the name that `new --fault` knows them by. */
  readonly templates: Readonly<Record<string, FaultTemplate>>;
}
