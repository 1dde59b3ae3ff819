import { z } from 'zod';
import { API_VERSION_OF_KIND, DNS_LABEL, isPathSegment } from '../../scenario/model/kubernetes-names.ts';

/** Both end up in paths of the API: a name with a slash would lead the janitor, with its rights, to another object. */
const namespace = z.string().regex(DNS_LABEL);
const objectName = z.string().refine(isPathSegment, 'expected the name of an object');
/** Says which object was changed: another one that was made under its name since is left alone. */
const uid = z.string().optional();

/** Which object an undo step is about. */
export const objectRefSchema = z.strictObject({
  apiVersion: z.string().regex(API_VERSION_OF_KIND),
  kind: z.string(),
  namespace: namespace.optional(),
  name: objectName,
});
export type ObjectRef = z.infer<typeof objectRefSchema>;

/**
 * One way back, written down before the change it reverts. Records are replayed from the highest `sequence` to the
 * lowest; each is idempotent: an object that is already gone or already restored counts as undone.
 */
export const undoRecordSchema = z.discriminatedUnion('op', [
  /** Delete an object that the run made; with `waitGone` the next step starts only after it has vanished. */
  z.strictObject({
    op: z.literal('delete'),
    sequence: z.number().int(),
    ref: objectRefSchema,
    waitGone: z.boolean(),
    /** A Chaos Mesh fault: when its finalizer hangs it is forced, and the pods it named are replaced. */
    isFault: z.boolean(),
    /** Pods whose network namespace may keep rules when the finalizer had to be forced. */
    targets: z.array(z.strictObject({ namespace, name: objectName, uid: z.string() })),
  }),
  /** Set `spec.replicas` back. */
  z.strictObject({
    op: z.literal('scale'),
    sequence: z.number().int(),
    ref: objectRefSchema,
    uid,
    replicas: z.number().int(),
  }),
  /** Merge-patch an object back to what it was. */
  z.strictObject({
    op: z.literal('patch'),
    sequence: z.number().int(),
    ref: objectRefSchema,
    uid,
    patch: z.record(z.string(), z.unknown()),
  }),
  /** Make an object again that the run deleted; one of that name that is there already counts as made. */
  z.strictObject({
    op: z.literal('create'),
    sequence: z.number().int(),
    ref: objectRefSchema,
    object: z.record(z.string(), z.unknown()),
  }),
]);
export type UndoRecord = z.infer<typeof undoRecordSchema>;

/** The order in which undo records are replayed: the last change is taken back first. */
export function replayOrder(records: readonly UndoRecord[]): UndoRecord[] {
  return [...records].sort((a, b) => b.sequence - a.sequence);
}

/** Names that runner and janitor share inside the cluster; those of the Lease are in `lab-lease.ts`. */
export const DEAD_MAN = {
  namespace: 'healproof-system',
  /** Secret of a run; one key a record, `000001.json` and so on. */
  undoSecret: (runId: string): string => `healproof-undo-${runId}`,
} as const;
