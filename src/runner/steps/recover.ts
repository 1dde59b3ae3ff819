import { messageOf } from '../../errors.ts';
import type { Leak } from '../../experiment/evidence.ts';
import { isOneShot } from '../../experiment/one-shot.ts';
import { targetName } from '../../experiment/target-name.ts';
import { faultWords } from '../../scenario/faults/fault-words.ts';
import type { LiveFault, LiveFaults } from '../live-fault.ts';
import type { RunContext } from '../run-context.ts';

const UNDO_TIMEOUT_MS = 40_000;

/** Takes the faults back, the last one first, and waits until they are gone. Failing is recorded; the clean-up stack tries again. */
export async function recoverFaults(context: RunContext, { parts }: LiveFaults): Promise<string[]> {
  const troubles: string[] = [];
  for (const part of parts.toReversed()) troubles.push(...(await recover(context, part)));
  return troubles;
}

async function recover(context: RunContext, live: LiveFault): Promise<string[]> {
  live.undoneAtMs ??= context.ports.clock.now();
  try {
    await live.undoable.undo(AbortSignal.timeout(UNDO_TIMEOUT_MS));
    return [];
  } catch (error: unknown) {
    return [`taking the fault back: ${messageOf(error)}`];
  }
}

/** What still stands after it was taken back, whoever said that it was. */
export async function faultLeftovers(context: RunContext, { parts }: LiveFaults): Promise<Leak[]> {
  return (await Promise.all(parts.map((part) => leftoversOf(context, part)))).flat();
}

async function leftoversOf(context: RunContext, live: LiveFault): Promise<Leak[]> {
  const { fault, watch } = live;
  if (fault.type === 'chaosMesh') return fault.kind === 'NetworkChaos' ? networkLeftovers(context, live) : [];
  if (isOneShot(fault)) return [];
  await watch.look();
  const what = `${faultWords(fault)} on ${live.plan.targets.map(targetName).join(', ')}`;
  return watch.sightings.at(-1)?.state === 'in-force'
    ? [{ what, detail: 'still in force after it was taken back' }]
    : [];
}

/** Network rules outlive a fault whose finalizer was forced; the witness that saw them come must see them gone. */
async function networkLeftovers({ ports }: RunContext, live: LiveFault): Promise<Leak[]> {
  const { witness, plan } = live;
  if (witness === null) return [];
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
