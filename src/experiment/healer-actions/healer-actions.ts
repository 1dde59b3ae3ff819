import { type ActionType, HEALER, type HealerRecord } from '../../../healer/src/names.ts';
import type { AuditEntry, Evidence, Target } from '../evidence/evidence.ts';
import { isOurFault } from '../fault/taken-away.ts';
import { healerWrites, isAccepted, RELEASE_ACTIONS, releaseRecordOf, timeOf, typesOf } from './healer-writes.ts';
import { type ReleaseRun, releaseRuns } from './release-runs.ts';

/** Something the healer did or tried to do, as one of two witnesses tells it. */
export interface HealerAction {
  /** Of an action of many writes the first, epoch ms. */
  readonly atMs: number;
  /** Of an action of many writes the last, epoch ms. */
  readonly endedAtMs: number;
  readonly witness: 'audit-log' | 'self-reported';
  /** Kinds of action that this can have been; one where the healer's own record names it. */
  readonly types: readonly ActionType[];
  readonly namespace: string | null;
  readonly name: string | null;
  /** The resolved target it was about; null for anything else. */
  readonly target: Target | null;
  /** The API server carried it out. */
  readonly accepted: boolean;
  /** The healer's own record of it; null where it kept none. */
  readonly record: HealerRecord | null;
}

/** How far the healer's clock and record may lie from the audit entry of the same action, ms, beside clock skew. */
const SAME_ACTION_MS = 2_000;

/** Everything the healer did or tried, from the audit log and from its own diary, in order of time. */
export function healerActions(evidence: Evidence): HealerAction[] {
  const records = distinctRecords(evidence.watch.records.filter((record) => timeOf(record) !== null));
  const unclaimed = new Set(records);
  const writes = healerWrites(evidence.audit.entries);
  const drained = writes.some((entry) => entry.resource === 'nodes');
  const { clockSkewMs } = evidence;
  const slack = { beforeMs: clockSkewMs, afterMs: SAME_ACTION_MS + clockSkewMs };
  const runs = releaseRuns(writes, unclaimed, slack);
  for (const { record } of runs) unclaimed.delete(record);
  const inRuns = new Set(runs.flatMap((run) => run.writes));
  const single = writes.filter((entry) => !inRuns.has(entry));
  const audited = single.map((entry): HealerAction => {
    const record = closestRecord(entry, unclaimed, clockSkewMs);
    if (record !== null) unclaimed.delete(record);
    return auditedAction(entry, record, targetsOf(evidence), drained);
  });
  const told = [...unclaimed].map((record) => reportedAction(record, targetsOf(evidence)));
  const helm = runs.map((run) => helmAction(run, targetsOf(evidence)));
  return [...audited, ...helm, ...told].sort((a, b) => a.atMs - b.atMs);
}

function targetsOf(evidence: Evidence): readonly Target[] {
  return evidence.injection?.targets ?? [];
}

/** The same record reaches us as a log line and as an annotation. */
function distinctRecords(records: readonly HealerRecord[]): HealerRecord[] {
  const keyOf = (r: HealerRecord): string => [r.incident, r.stage, r.action, r.target.uid, timeOf(r)].join('|');
  return [...new Map(records.map((record) => [keyOf(record), record])).values()];
}

function closestRecord(entry: AuditEntry, records: ReadonlySet<HealerRecord>, skewMs: number): HealerRecord | null {
  const distance = (record: HealerRecord): number => Math.abs((timeOf(record) ?? 0) - entry.atMs);
  const fitting = [...records]
    .filter((record) => isSameAction(entry, record) && distance(record) <= SAME_ACTION_MS + skewMs)
    .sort((a, b) => distance(a) - distance(b));
  return fitting[0] ?? null;
}

function isSameAction(entry: AuditEntry, record: HealerRecord): boolean {
  if (record.action === undefined || !typesOf(entry).includes(record.action)) return false;
  // Without a write to Helm's own records nothing was done to a release, whatever the healer says.
  if (RELEASE_ACTIONS.has(record.action) && releaseRecordOf(entry) === null) return false;
  if ((record.stage === 'acted') !== isAccepted(entry)) return false;
  if (entry.resource !== 'pods') return entry.namespace === null || entry.namespace === record.target.namespace;
  return entry.namespace === record.target.namespace && entry.name === record.target.name;
}

function auditedAction(
  entry: AuditEntry,
  record: HealerRecord | null,
  targets: readonly Target[],
  drained: boolean,
): HealerAction {
  // Whoever drains a node writes to the node too.
  const unnamed = drained ? typesOf(entry) : typesOf(entry).filter((type) => type !== 'DrainNode');
  const own = targets.find((target) => isOn(entry, target));
  const told = record === null ? undefined : targets.find((target) => isToldOf(record, target));
  return {
    atMs: entry.atMs,
    endedAtMs: entry.atMs,
    witness: 'audit-log',
    types: record?.action === undefined ? unnamed : [record.action],
    namespace: entry.namespace,
    name: entry.name,
    target: own ?? told ?? null,
    accepted: isAccepted(entry),
    record,
  };
}

/** One run of Helm is one action, however much it writes. */
function helmAction({ record, writes }: ReleaseRun, targets: readonly Target[]): HealerAction {
  const own = targets.find((target) => writes.some((entry) => isOn(entry, target)));
  const told = targets.find((target) => isToldOf(record, target));
  const times = writes.map(({ atMs }) => atMs);
  return {
    atMs: Math.min(...times),
    endedAtMs: Math.max(...times),
    witness: 'audit-log',
    types: record.action === undefined ? [] : [record.action],
    namespace: record.target.namespace,
    name: writes.find((entry) => releaseRecordOf(entry) !== null)?.name ?? null,
    target: own ?? told ?? null,
    accepted: true,
    record,
  };
}

/** About the target itself, or about a pod on a node that was hit. */
function isToldOf({ target: own }: HealerRecord, target: Target): boolean {
  return own.uid === target.uid || (target.kind === 'Node' && own.node === target.name);
}

function reportedAction(record: HealerRecord, targets: readonly Target[]): HealerAction {
  const atMs = timeOf(record) ?? record.recordedAtMs;
  return {
    atMs,
    endedAtMs: atMs,
    witness: 'self-reported',
    types: record.action === undefined ? [] : [record.action],
    namespace: record.target.namespace,
    name: record.target.name,
    target: targets.find((target) => isToldOf(record, target)) ?? null,
    accepted: record.stage === 'acted',
    record,
  };
}

/** An audit entry about exactly this target. The uid is often absent there; where it is given it must be the same. */
export function isOn(entry: AuditEntry, target: Target): boolean {
  const isSame = entry.uid === null || entry.uid === target.uid;
  switch (target.kind) {
    case 'Pod':
      return isNamed(entry, 'pods', target) && isSame;
    case 'Object':
      return isNamed(entry, target.resource, target) && isSame;
    case 'Node':
      return entry.resource === 'nodes' && entry.name === target.name && isSame;
    case 'Release':
      return isRecordOf(entry, target);
  }
}

function isNamed(entry: AuditEntry, resource: string, { namespace, name }: Target): boolean {
  return entry.resource === resource && entry.namespace === namespace && entry.name === name;
}

function isRecordOf(entry: AuditEntry, { namespace, name }: Target): boolean {
  return entry.namespace === namespace && releaseRecordOf(entry) === name;
}

const PLUMBING = [
  /^system:node:/,
  /^system:apiserver$/,
  /^system:kube-/,
  /^system:serviceaccount:kube-system:/,
  /^system:serviceaccount:chaos-mesh:/,
];

/** Somebody who is neither the healer, nor Kubernetes itself, nor the injector removed a target. */
export function foreignRemovals(evidence: Evidence): AuditEntry[] {
  return evidence.audit.entries.filter(
    (entry) =>
      entry.user !== HEALER.user &&
      !PLUMBING.some((pattern) => pattern.test(entry.user)) &&
      isRemoval(entry) &&
      targetsOf(evidence).some((target) => isOn(entry, target) && !isOurFault(evidence, entry, target)),
  );
}

function isRemoval(entry: AuditEntry): boolean {
  if (!isAccepted(entry)) return false;
  return entry.verb === 'delete' || (entry.verb === 'create' && entry.subresource === 'eviction');
}

/** What counts as done: the audit log's word alone where there is one, else the healer's own. Messages heal nobody. */
export function remedies(evidence: Evidence, actions: readonly HealerAction[]): HealerAction[] {
  const witness = evidence.audit.source === 'api-server' ? 'audit-log' : 'self-reported';
  return actions.filter(
    (action) => action.witness === witness && action.accepted && action.types.some((type) => type !== 'Notify'),
  );
}

/** For each target that somebody acted on, when that was first, epoch ms. */
export function removals(evidence: Evidence, actions: readonly HealerAction[]): Map<string, number> {
  const first = new Map<string, number>();
  const note = (uid: string, atMs: number): void => {
    first.set(uid, Math.min(atMs, first.get(uid) ?? Number.POSITIVE_INFINITY));
  };
  for (const action of actions) if (action.target !== null && action.accepted) note(action.target.uid, action.atMs);
  for (const entry of foreignRemovals(evidence))
    for (const target of targetsOf(evidence)) if (isOn(entry, target)) note(target.uid, entry.atMs);
  return first;
}
