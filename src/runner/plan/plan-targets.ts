import { distinctPods } from '../../experiment/fault/blast-radius.ts';
import type { Kube } from '../../ports/kube.ts';
import type { RunnerPorts } from '../../ports/runner-ports.ts';
import { stepsOf } from '../../scenario/model/fault.ts';
import { runnerOf } from '../faults/fault-runners.ts';
import type { Foresight, Prediction } from '../faults/shared/fault-runner.ts';

/** As much of the world as a plan looks at. */
export interface PlanPorts extends Pick<RunnerPorts, 'nodes' | 'workloads'> {
  readonly kube: Pick<Kube, 'get' | 'list'>;
  readonly injector: Pick<RunnerPorts['injector'], 'refOf'>;
}

/** All that a scenario's fault would hit or change, in all its steps. */
export async function predictFaults(foresight: Foresight): Promise<Prediction> {
  const parts = await Promise.all(
    stepsOf(foresight.scenario.fault).map(({ fault }) => runnerOf(fault).predict(fault, foresight)),
  );
  const all = <K extends keyof Prediction>(key: K): Prediction[K][number][] => parts.flatMap((part) => [...part[key]]);
  return {
    targets: all('targets'),
    peers: all('peers'),
    touched: distinctPods(all('touched')),
    changes: all('changes'),
    refusals: all('refusals'),
  };
}
