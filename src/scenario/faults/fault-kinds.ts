import type { FaultOf, FaultType, SingleFault } from '../model/fault.ts';
import { chaosMesh } from './chaos-mesh/chaos-mesh.ts';
import { helm } from './helm/helm.ts';
import { kubernetes } from './kubernetes/kubernetes.ts';
import { node } from './node/node.ts';
import type { FaultKind } from './shared/fault-kind.ts';

/** Every kind of fault there is, in the order in which they are told of. */
export const FAULT_KINDS = { chaosMesh, kubernetes, helm, node } satisfies {
  readonly [Type in FaultType]: FaultKind<FaultOf<Type>>;
};
export const FAULT_TYPES = Object.keys(FAULT_KINDS) as FaultType[];

export function kindOf({ type }: Pick<SingleFault, 'type'>): FaultKind {
  return FAULT_KINDS[type];
}
