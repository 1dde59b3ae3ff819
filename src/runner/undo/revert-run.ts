import { LABELS } from '../../../healer/src/names.ts';
import { messageOf } from '../../errors.ts';
import { DEAD_MAN, replayOrder, type UndoRecord, undoRecordSchema } from '../../experiment/cluster-records/undo.ts';
import type { KubeObject, KubeRef } from '../../ports/kube.ts';
import { DNS_LABEL } from '../../scenario/model/kubernetes-names.ts';
import { restoreWebhooks } from './lenient-webhooks.ts';
import type { ReplayOptions } from './replay-options.ts';
import { sweepLeftovers } from './sweep-leftovers.ts';
import { replay } from './undo-replay.ts';

export interface RevertOptions extends ReplayOptions {
  /** Called before each step; throws when whoever reverts may no longer do so, which ends the revert at once. */
  readonly beforeStep: () => Promise<void>;
}

/**
 * Takes everything back that a run changed: its undo records, last first, then whatever else carries its label. One
 * failure does not keep the rest from being tried. The records are forgotten only when nothing failed, so that calling it
 * again goes on where it stood.
 * @returns the failures, one sentence each; none means that nothing of the run is left.
 */
export async function revertRun(runId: string, options: RevertOptions): Promise<string[]> {
  const { target, signal } = options;
  if (!DNS_LABEL.test(runId)) return [`${JSON.stringify(runId)} is no run`];
  await options.beforeStep();
  const { records, problems } = readRecords(await target.get(secretOf(runId)));
  const failures: string[] = [...problems];
  for (const record of replayOrder(records)) {
    await options.beforeStep();
    try {
      await replayOwn(record, runId, options);
    } catch (error: unknown) {
      signal.throwIfAborted();
      failures.push(`${record.op} ${record.ref.kind} ${record.ref.name}: ${messageOf(error)}`);
    }
  }
  await options.beforeStep();
  failures.push(...(await sweepLeftovers(runId, options)).map(messageOf));
  await restoreWebhooks(target);
  if (failures.length === 0) await target.remove(secretOf(runId));
  return failures;
}

function secretOf(runId: string): KubeRef {
  return { apiVersion: 'v1', kind: 'Secret', namespace: DEAD_MAN.namespace, name: DEAD_MAN.undoSecret(runId) };
}

/** An object of the same name that another run made meanwhile is not ours to delete. */
async function replayOwn(record: UndoRecord, runId: string, options: ReplayOptions): Promise<void> {
  if (record.op === 'delete') {
    const owner = (await options.target.get(record.ref))?.metadata.labels?.[LABELS.run] ?? runId;
    if (owner !== runId) {
      options.note(`${record.ref.kind} ${record.ref.name} belongs to run ${owner}: left alone`);
      return;
    }
  }
  await replay(record, options);
}

interface Records {
  readonly records: readonly UndoRecord[];
  readonly problems: readonly string[];
}

/** A record that cannot be read is a problem, never a reason to forget the others. */
function readRecords(secret: KubeObject | null): Records {
  const data = (secret?.data ?? {}) as Readonly<Record<string, string>>;
  const records: UndoRecord[] = [];
  const problems: string[] = [];
  for (const [key, value] of Object.entries(data)) {
    const record = parseRecord(Buffer.from(value, 'base64').toString('utf8'));
    if (typeof record === 'string') problems.push(`undo record ${key} cannot be read: ${record}`);
    else records.push(record);
  }
  return { records, problems };
}

function parseRecord(text: string): UndoRecord | string {
  try {
    return undoRecordSchema.parse(JSON.parse(text));
  } catch (error: unknown) {
    return messageOf(error);
  }
}
