import { FaultError } from '../../../errors.ts';
import { blastRadiusRefusals, type Reach } from '../../../experiment/fault/blast-radius.ts';
import { judgeNodes } from '../../cluster/pods.ts';
import type { RunContext } from '../../run/run-context.ts';

/** @throws FaultError where the fault would reach beyond the blast radius of the scenario, or to the judge. */
export async function mustFit({ ports, scenario }: RunContext, reach: Reach): Promise<void> {
  const refusals = blastRadiusRefusals(reach, scenario.blastRadius, await judgeNodes(ports.kube));
  if (refusals.length > 0) throw refused(refusals);
}

export function refused(refusals: readonly string[]): FaultError {
  return new FaultError(`the fault may not be injected: ${refusals.join('; ')}`);
}
