import type { AuditEntry } from '../../experiment/evidence/evidence.ts';

interface RawAuditEvent {
  readonly auditID: string;
  readonly stage: string;
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly objectRef?: {
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
    readonly uid?: string;
  };
  readonly responseStatus?: { readonly code?: number };
  readonly stageTimestamp: string;
}

/** Null for a line that is not a finished request. @throws SyntaxError for a torn line. */
export function parseAuditLine(line: string): AuditEntry | null {
  const event = JSON.parse(line) as RawAuditEvent;
  if (event.stage !== 'ResponseComplete') return null;
  const ref = event.objectRef ?? {};
  return {
    id: event.auditID,
    atMs: microTimeMs(event.stageTimestamp),
    user: event.user.username,
    verb: event.verb,
    resource: ref.resource ?? '',
    subresource: ref.subresource ?? null,
    namespace: ref.namespace ?? null,
    name: ref.name ?? null,
    uid: ref.uid ?? null,
    status: event.responseStatus?.code ?? 0,
  };
}

/** RFC 3339 with microseconds to epoch ms with a fraction; `Date` alone would cut it to whole milliseconds. */
export function microTimeMs(text: string): number {
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  const wholeMs = Date.parse(text.replace(/\.\d+/, ''));
  return wholeMs + (fraction === '' ? 0 : Number(`0.${fraction}`) * 1000);
}
