/** Which objects this replica may act on. `owner` is the UID of what owns the object, so that a workload has one actor. */
export interface ShardOwnership {
  mayActOn(owner: string): boolean;
  /** Asks the server whether this replica may still act, and stores there what it is about to do. */
  confirm(owner: string): Promise<boolean>;
}
