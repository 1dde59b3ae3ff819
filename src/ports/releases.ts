/** A Helm release as its newest record says. */
export interface Release {
  readonly namespace: string;
  readonly name: string;
  readonly revision: number;
  /** In Helm's words: `deployed`, `failed`, `pending-upgrade`, … */
  readonly status: string;
}

export interface ReleaseChange {
  readonly namespace: string;
  readonly release: string;
  /** Absolute path of the chart's folder. */
  readonly chart: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Helm. @throws FaultError where Helm refuses. */
export interface Releases {
  /** Null where there is no such release. */
  find(namespace: string, name: string): Promise<Release | null>;
  install(change: ReleaseChange, signal: AbortSignal): Promise<void>;
  /** Upgrades without waiting for the pods. */
  upgrade(change: ReleaseChange, signal: AbortSignal): Promise<void>;
  /** Begins an upgrade that waits for its pods and kills Helm after `killAfterMs`, hard. */
  killUpgrade(change: ReleaseChange, killAfterMs: number, signal: AbortSignal): Promise<void>;
  /** Rolls back to a revision, whatever state the release is in; fine where it already stands there. */
  rollback(namespace: string, release: string, revision: number, signal: AbortSignal): Promise<void>;
}
