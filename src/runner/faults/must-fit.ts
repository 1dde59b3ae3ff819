import { FaultError } from '../../errors.ts';
import { blastRadiusRefusals, type Reach } from '../../experiment/blast-radius.ts';
import { judgeNodes } from '../pods.ts';
import type { RunContext } from '../run-context.ts';

/** @throws FaultError where the fault would reach beyond the blast radius of the scenario, or to the judge. */
export async function mustFit({ ports, scenario }: RunContext, reach: Reach): Promise<void> {
  const judgeNode = (await judgeNodes(ports.kube))[0] ?? '';
  const refusals = blastRadiusRefusals(reach, scenario.blastRadius, judgeNode);
  if (refusals.length > 0) throw refused(refusals);
}

export function refused(refusals: readonly string[]): FaultError {
  return new FaultError(`the fault may not be injected: ${refusals.join('; ')}`);
}
