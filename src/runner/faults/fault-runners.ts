import type { FaultOf, FaultType, SingleFault } from '../../scenario/model/fault.ts';
import { chaosMesh } from './chaos-mesh.ts';
import { helm } from './helm.ts';
import { kubernetes } from './kubernetes.ts';
import { node } from './node/node.ts';
import type { FaultRunner } from './shared/fault-runner.ts';

/** What each kind of fault does to a cluster. */
const FAULT_RUNNERS: { readonly [Type in FaultType]: FaultRunner<FaultOf<Type>> } = {
  chaosMesh,
  kubernetes,
  helm,
  node,
};

export function runnerOf({ type }: SingleFault): FaultRunner {
  return FAULT_RUNNERS[type];
}
