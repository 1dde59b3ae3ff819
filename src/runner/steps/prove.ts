import { WaitTimeoutError } from '../../errors.ts';
import { isProven } from '../../experiment/fault/proof.ts';
import { injectionEvidence, type LiveFault, type LiveFaults } from '../run/live-fault.ts';
import type { RunContext } from '../run/run-context.ts';
import { waitUntil } from '../waiting/wait-until.ts';

const PROOF_TIMEOUT_MS = 12_000;
const LOOK_EVERY_MS = 250;

/** Looks at the targets until the witness has seen the bite on every one of them; false when it never did. */
export async function proveFaults(context: RunContext, { parts }: LiveFaults): Promise<boolean> {
  const { ports, signal } = context;
  if (parts.some((part) => part.witness === null || part.refusal !== null)) return false;
  const timeoutMs = Math.max(PROOF_TIMEOUT_MS, ...parts.map((part) => part.witness?.patienceMs ?? 0));
  try {
    await waitUntil(
      async () => {
        const open = parts.filter((part) => !isPartProven(part));
        await Promise.all(parts.map((part) => lookAt(part, open.includes(part), signal)));
        if (parts.every(isPartProven)) return { done: true, value: undefined };
        return { done: false, seen: parts.map(lastSight).join('; ') };
      },
      { clock: ports.clock, what: 'the fault to bite', timeoutMs, everyMs: LOOK_EVERY_MS, signal },
    );
    return true;
  } catch (error: unknown) {
    if (!(error instanceof WaitTimeoutError)) throw error;
    return false;
  }
}

export function isPartProven(part: LiveFault): boolean {
  const { fault } = part;
  return isProven(fault, injectionEvidence({ fault, parts: [part] }, 0)).proven;
}

/** One look at the fault itself and, where its bite is still to be seen, at its targets. */
export async function lookAt({ witness, watch }: LiveFault, isOpen: boolean, signal: AbortSignal): Promise<void> {
  const [readings] = await Promise.all([isOpen && witness !== null ? witness.look(signal) : [], watch.look()]);
  watch.addReadings(readings);
}

function lastSight({ watch, plan }: LiveFault): string {
  const readings = watch.readings.slice(-plan.targets.length);
  return readings.map((reading) => reading.observation).join('; ');
}
