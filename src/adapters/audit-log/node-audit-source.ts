import { HEALER } from '../../../healer/src/names.ts';
import { counted } from '../../counted.ts';
import { LAB_LEASE, LEASE_TIMES } from '../../experiment/cluster-records/lab-lease.ts';
import type { AuditEntry, AuditLog } from '../../experiment/evidence/evidence.ts';
import type { NodeShell, ShellAnswer } from '../../ports/node-shell.ts';
import type { AuditMark, AuditSource } from '../../ports/remediation-log.ts';
import { parseAuditLine } from './parse.ts';

const LOG_FILE = '/var/log/kubernetes/audit/audit.log';
/** Our own Lease renewals are written every 2 s: a longer silence means that the log was not written. */
const HEARTBEAT_GAP_MS = 3.5 * LEASE_TIMES.renewEveryMs;
/** The API server may be writing a line just then; each look takes longer than that. */
const MOST_LOOKS = 5;

/** Reads the audit log on the control-plane node itself, so that no request through the API server can disturb it. */
export class NodeAuditSource implements AuditSource {
  readonly #shell: NodeShell;
  readonly #node: string;

  constructor(shell: NodeShell, controlPlaneNode: string) {
    this.#shell = shell;
    this.#node = controlPlaneNode;
  }

  async mark(): Promise<AuditMark | null> {
    if (!this.#shell.reaches(this.#node)) return null;
    const answer = await this.#shell.run(this.#node, `stat -c '%i %s' ${LOG_FILE}`);
    const match = /^(\d+) (\d+)/.exec(answer.stdout);
    if (match === null) return null;
    return { inode: match[1] ?? '', offsetBytes: Number(match[2]) };
  }

  async read(mark: AuditMark | null, fromMs: number, toMs: number, namespaces: readonly string[]): Promise<AuditLog> {
    const none = { fromMs, toMs, entries: [], complete: false } as const;
    if (mark === null) return { ...none, source: 'none', detail: 'this cluster shows no audit log' };
    for (let looks = 1; looks <= MOST_LOOKS; looks += 1) {
      const now = await this.mark();
      if (now === null || now.inode !== mark.inode || now.offsetBytes < mark.offsetBytes) {
        return { ...none, source: 'api-server', detail: 'the audit log was rotated or cut during the run' };
      }
      const answer = await this.#stretch(mark.offsetBytes, now.offsetBytes);
      if (answer.exitCode !== 0) return { ...none, source: 'api-server', detail: `cannot read: ${answer.stderr}` };
      const lines = wholeLines(mark.offsetBytes === 0 ? `\n${answer.stdout}` : answer.stdout);
      if (lines !== null) return assemble(lines, fromMs, toMs, namespaces);
    }
    return { ...none, source: 'api-server', detail: 'the newest line of the audit log is not whole' };
  }

  /** From one byte before the start, so that it shows whether a line begins there. */
  #stretch(fromBytes: number, toBytes: number): Promise<ShellAnswer> {
    const first = Math.max(1, fromBytes);
    return this.#shell.run(this.#node, `tail -c +${first} ${LOG_FILE} | head -c ${toBytes - first + 1}`);
  }
}

/**
 * Pure: the lines of a stretch and one byte before it, without the rest of a line that was begun before: what it tells of
 * had happened then. Null while the last line is still being written: what it tells of may matter.
 */
function wholeLines(text: string): string[] | null {
  if (!text.endsWith('\n')) return null;
  return text
    .slice(text.indexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
}

/** Exported for tests: what lines of the log say, and whether they are all. */
export function assemble(
  lines: readonly string[],
  fromMs: number,
  toMs: number,
  namespaces: readonly string[],
): AuditLog {
  const entries = lines.map(parseAuditLine).filter((entry) => entry !== null);
  const gap = heartbeatGap(entries, fromMs, toMs);
  const matters = (entry: AuditEntry): boolean =>
    entry.atMs >= fromMs &&
    entry.atMs <= toMs &&
    (entry.user === HEALER.user || (entry.namespace !== null && namespaces.includes(entry.namespace)));
  return {
    source: 'api-server',
    complete: gap === null,
    detail: gap ?? `${counted(entries.length, 'entry', 'entries')}, our own heartbeat is in it without a gap`,
    fromMs,
    toMs,
    entries: entries.filter(matters),
  };
}

function heartbeatGap(entries: readonly AuditEntry[], fromMs: number, toMs: number): string | null {
  const beats = entries
    .filter((entry) => entry.resource === 'leases' && entry.name === LAB_LEASE.name && entry.status < 300)
    .map((entry) => entry.atMs);
  const times = [fromMs, ...beats.filter((atMs) => atMs > fromMs && atMs < toMs).sort((a, b) => a - b), toMs];
  for (let index = 1; index < times.length; index++) {
    const gapMs = (times[index] ?? 0) - (times[index - 1] ?? 0);
    if (gapMs > HEARTBEAT_GAP_MS) return `no heartbeat of ours in the audit log for ${(gapMs / 1000).toFixed(1)} s`;
  }
  return null;
}
