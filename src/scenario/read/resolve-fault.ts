import { InternalError } from '../../errors.ts';
import { toAuthorWitness } from '../faults/author-witness.ts';
import { FAULT_TYPES, kindOf } from '../faults/fault-kinds.ts';
import { toMs } from '../fields/read-fields.ts';
import type { Fault, SingleFault } from '../model/fault.ts';
import type { FaultDocument, StepDocument } from '../schema/fault-schema.ts';

type KindsDocument = Omit<StepDocument, 'after'>;

/** The fault that a document describes, its texts turned into numbers. */
export function toFault(document: FaultDocument): Fault {
  if (document === 'none') return { type: 'none' };
  if (document.sequence === undefined) return toSingle(document);
  const steps = document.sequence.map(({ after, ...kinds }) => ({
    afterMs: after === undefined ? 0 : toMs(after),
    fault: toSingle(kinds),
  }));
  return { type: 'sequence', steps };
}

function toSingle({ witness, ...kinds }: KindsDocument): SingleFault {
  const type = FAULT_TYPES.find((each) => kinds[each] !== undefined);
  if (type === undefined) throw new InternalError('the schema accepted a fault of no kind');
  return {
    ...kindOf({ type }).read(kinds[type]),
    ...(witness === undefined ? {} : { witness: toAuthorWitness(witness) }),
  };
}
