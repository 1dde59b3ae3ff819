import type { AuditLog, HealerWatch } from '../experiment/evidence.ts';

/** What the healer says it did and refused, with the proof that it was there. */
export interface RemediationLog {
  read(fromMs: number, toMs: number, namespaces: readonly string[]): Promise<HealerWatch>;
  /** Deployment to 0, pods gone, Leases free; how to undo it is returned before anything is done. */
  replicas(): Promise<number>;
}

/** The API server's audit log: the independent witness of who did what. */
export interface AuditSource {
  /** Remembers where the log ends now, so that a later read can prove that nothing is missing. */
  mark(): Promise<AuditMark>;
  read(mark: AuditMark, fromMs: number, toMs: number): Promise<AuditLog>;
}

export interface AuditMark {
  readonly file: string;
  readonly inode: string;
  readonly offsetBytes: number;
}
