import { ACTION_TYPES, type ActionType, HEALER, type HealerRecord } from '../../../healer/src/names.ts';
import type { AuditEntry } from '../evidence/evidence.ts';

const WRITE_VERBS: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);
const WORKLOADS: ReadonlySet<string> = new Set(['deployments', 'statefulsets', 'daemonsets']);
const POLICIES: ReadonlySet<string> = new Set(['healingpolicies', 'clusterhealingpolicies']);
const QUESTIONS: ReadonlySet<string> = new Set(['tokenreviews', 'subjectaccessreviews']);
const CHANGES: ReadonlySet<string> = new Set(['patch', 'update']);

/** Helm keeps each revision of a release in a Secret of its own. */
const RELEASE_RECORD = /^sh\.helm\.release\.v1\.(.+)\.v\d+$/;

/** Actions of which Helm makes many writes. */
export const RELEASE_ACTIONS: ReadonlySet<ActionType> = new Set(['RollbackRelease', 'UninstallRelease']);

/** Writes of the healer that did something or tried to, each once, in order of time. */
export function healerWrites(entries: readonly AuditEntry[]): AuditEntry[] {
  const writes = entries.filter(
    (entry) => entry.user === HEALER.user && WRITE_VERBS.has(entry.verb) && !isBookkeeping(entry),
  );
  return [...new Map(writes.map((entry) => [entry.id, entry])).values()].sort((a, b) => a.atMs - b.atMs);
}

/** Where the healer keeps its diary, its claims and what it remembers; writing exactly there is no remedy. */
function isBookkeeping({ resource, subresource, namespace, name, verb }: AuditEntry): boolean {
  if (resource === 'events') return verb === 'create';
  if (resource === 'leases') return namespace === HEALER.namespace;
  if (resource === 'configmaps')
    return namespace === HEALER.namespace && name === HEALER.lastKnownGood && verb === 'patch';
  if (POLICIES.has(resource)) return subresource === 'status';
  return resource === 'remediations' || QUESTIONS.has(resource);
}

/** What kinds of action a write can have been; a metadata-level audit log cannot always tell. */
export function typesOf(entry: AuditEntry): readonly ActionType[] {
  const { resource, subresource, verb } = entry;
  if (resource === 'pods' && subresource === 'eviction') return ['EvictPod', 'DrainNode'];
  if (resource === 'pods' && verb === 'delete') return ['EvictPod', 'DeletePod'];
  if (releaseRecordOf(entry) !== null) return [...RELEASE_ACTIONS];
  if (WORKLOADS.has(resource)) {
    return CHANGES.has(verb) ? ['RestartRollout', 'RollbackWorkload', ...RELEASE_ACTIONS] : [...RELEASE_ACTIONS];
  }
  if (resource === 'nodes') return ['CordonNode', 'DrainNode', 'RebootNode'];
  return ACTION_TYPES.filter((type) => type !== 'Notify');
}

/** Name of the release whose record an entry is about; null for an entry about anything else. */
export function releaseRecordOf({ resource, name }: AuditEntry): string | null {
  return resource === 'secrets' ? (RELEASE_RECORD.exec(name ?? '')?.[1] ?? null) : null;
}

export function isAccepted(entry: AuditEntry): boolean {
  return entry.status >= 200 && entry.status < 300;
}

/** When a record says that something was done or tried, epoch ms; null for a record of anything else. */
export function timeOf(record: HealerRecord): number | null {
  if (record.action === undefined) return null;
  if (record.stage === 'acted') return record.actedAtMs ?? record.recordedAtMs;
  return record.stage === 'failed' ? (record.decidedAtMs ?? record.recordedAtMs) : null;
}
