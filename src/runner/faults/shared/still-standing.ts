import type { Leak } from '../../../experiment/evidence/evidence.ts';
import { isOneShot } from '../../../experiment/fault/one-shot.ts';
import { targetName } from '../../../experiment/fault/target-name.ts';
import { faultWords } from '../../../scenario/faults/fault-words.ts';
import type { LiveFault } from '../../run/live-fault.ts';

/** Whether a fault that lasts is seen in force once more. */
export async function stillStanding({ fault, watch, plan }: LiveFault): Promise<Leak[]> {
  if (isOneShot(fault)) return [];
  await watch.look();
  const what = `${faultWords(fault)} on ${plan.targets.map(targetName).join(', ')}`;
  return watch.sightings.at(-1)?.state === 'in-force'
    ? [{ what, detail: 'still in force after it was taken back' }]
    : [];
}
