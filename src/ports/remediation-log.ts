import type { AuditLog, HealerWatch } from '../experiment/evidence/evidence.ts';

/** What the healer says it did and refused, with the proof that it was there. */
export interface RemediationLog {
  read(fromMs: number, toMs: number, namespaces: readonly string[]): Promise<HealerWatch>;
  /** The healer's own log lines since then, for the report. */
  lines(fromMs: number): Promise<string[]>;
}

/** Where the audit log stood at one moment; a later read from here proves that nothing is missing. */
export interface AuditMark {
  readonly inode: string;
  readonly offsetBytes: number;
}

/** The API server's audit log: the independent witness of who did what. */
export interface AuditSource {
  /** Null where this cluster gives no audit log. */
  mark(): Promise<AuditMark | null>;
  /** Entries in the given namespaces or by the healer, between the two times. */
  read(mark: AuditMark | null, fromMs: number, toMs: number, namespaces: readonly string[]): Promise<AuditLog>;
}
