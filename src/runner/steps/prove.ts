import { WaitTimeoutError } from '../../errors.ts';
import { isProven } from '../../experiment/proof.ts';
import type { RunContext } from '../run-context.ts';
import { waitUntil } from '../wait-until.ts';
import { injectionEvidence, type LiveFault } from './inject.ts';

const PROOF_TIMEOUT_MS = 12_000;
const LOOK_EVERY_MS = 250;

/** Looks at the targets until the witness has seen the bite on every one of them; false when it never did. */
export async function proveFault(context: RunContext, live: LiveFault): Promise<boolean> {
  const { ports, signal, seed } = context;
  const { witness, watch } = live;
  if (witness === null || live.refusal !== null) return false;
  const proven = (): boolean => isProven(live.fault, injectionEvidence(live, seed)).proven;
  try {
    await waitUntil(
      async () => {
        const [readings] = await Promise.all([witness.look(signal), watch.look()]);
        watch.addReadings(readings);
        if (proven()) return { done: true, value: undefined };
        return { done: false, seen: readings.map((reading) => reading.observation).join('; ') };
      },
      { clock: ports.clock, what: 'the fault to bite', timeoutMs: PROOF_TIMEOUT_MS, everyMs: LOOK_EVERY_MS, signal },
    );
    return true;
  } catch (error: unknown) {
    if (!(error instanceof WaitTimeoutError)) throw error;
    return false;
  }
}
