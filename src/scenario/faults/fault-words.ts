import { type Fault, stepsOf } from '../model/fault.ts';
import { kindOf } from './fault-kinds.ts';

/** What is broken, in a few words: `NetworkChaos partition`, `node pause`, `patch Deployment`. */
export function faultWords(fault: Fault): string {
  if (fault.type === 'none') return 'No fault';
  return stepsOf(fault)
    .map((step) => kindOf(step.fault).words(step.fault))
    .join(', then ');
}

/** The same where there is little room; null where nothing is broken. */
export function shortFaultWords(fault: Fault): string | null {
  if (fault.type === 'none') return null;
  return fault.type === 'sequence' ? faultWords(fault) : kindOf(fault).shortWords(fault);
}
