/** A started role. */
export interface RunningRole {
  readonly port: number;
  /** Answers for another `drainMs`, then finishes what is under way and lets go of everything. */
  stop(drainMs: number): Promise<void>;
}
