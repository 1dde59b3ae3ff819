import { messageOf } from '../../errors.ts';
import type { Leak } from '../../experiment/evidence.ts';
import type { RunContext } from '../run-context.ts';
import type { LiveFault } from './inject.ts';

const UNDO_TIMEOUT_MS = 40_000;

/** Takes the fault back and waits until it is gone. Failing is recorded; the clean-up stack tries again. */
export async function recoverFault(context: RunContext, live: LiveFault): Promise<string | null> {
  live.undoneAtMs ??= context.ports.clock.now();
  try {
    await live.undoable.undo(AbortSignal.timeout(UNDO_TIMEOUT_MS));
    return null;
  } catch (error: unknown) {
    return `taking the fault back: ${messageOf(error)}`;
  }
}

/** Network rules outlive a fault whose finalizer was forced; the witness that saw them come must see them gone. */
export async function networkLeftovers({ ports }: RunContext, live: LiveFault): Promise<Leak[]> {
  const { fault, witness, plan } = live;
  if (fault.kind !== 'NetworkChaos' || witness === null) return [];
  const alive = await Promise.all(
    plan.targets.map(async ({ namespace, name, uid }) => {
      const pod = await ports.kube.get({ apiVersion: 'v1', kind: 'Pod', namespace, name });
      return pod?.metadata.uid === uid && pod.metadata.deletionTimestamp === undefined ? [uid] : [];
    }),
  );
  const uids = new Set(alive.flat());
  if (uids.size === 0) return [];
  const readings = await witness.look(AbortSignal.timeout(10_000));
  return readings
    .filter((reading) => uids.has(reading.targetUid) && reading.bitten === true)
    .map((reading) => ({ what: `network rules in pod ${reading.targetUid}`, detail: reading.observation }));
}
