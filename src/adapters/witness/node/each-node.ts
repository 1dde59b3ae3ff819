import { messageOf } from '../../../errors.ts';
import type { NodeTarget, WitnessReading } from '../../../experiment/evidence/evidence.ts';
import type { Witness } from '../../../ports/witness.ts';

/** How long what happens to a node may take to show, ms. */
const PATIENCE_MS = 30_000;

export type Sight = Pick<WitnessReading, 'bitten' | 'observation'>;

/** A witness that looks at each node by itself; what it cannot read is no answer. */
export function eachNode(
  name: string,
  targets: readonly NodeTarget[],
  see: (target: NodeTarget, signal: AbortSignal) => Promise<Sight>,
): Witness {
  async function read(target: NodeTarget, signal: AbortSignal): Promise<WitnessReading> {
    const plain = { targetUid: target.uid, witness: name, atMs: Date.now() };
    try {
      return { ...plain, ...(await see(target, signal)), atMs: Date.now() };
    } catch (error: unknown) {
      signal.throwIfAborted();
      return { ...plain, bitten: null, observation: messageOf(error) };
    }
  }
  const look = (signal: AbortSignal): Promise<WitnessReading[]> =>
    Promise.all(targets.map((target) => read(target, signal)));
  return { name, look, patienceMs: PATIENCE_MS };
}
