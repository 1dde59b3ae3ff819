import { messageOf } from '../../errors.ts';
import type { Leak } from '../../experiment/evidence/evidence.ts';
import { runnerOf } from '../faults/fault-runners.ts';
import type { LiveFault, LiveFaults } from '../run/live-fault.ts';
import type { RunContext } from '../run/run-context.ts';

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
  return (await Promise.all(parts.map((part) => runnerOf(part.fault).leftovers(context, part)))).flat();
}
