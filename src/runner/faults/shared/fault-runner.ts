import type { Leak, PodTarget } from '../../../experiment/evidence/evidence.ts';
import type { Kube } from '../../../ports/kube.ts';
import type { RunnerPorts } from '../../../ports/runner-ports.ts';
import type { SingleFault } from '../../../scenario/model/fault.ts';
import type { Scenario } from '../../../scenario/model/scenario.ts';
import type { LiveFault } from '../../run/live-fault.ts';
import type { RunContext } from '../../run/run-context.ts';
import type { PreparedFault } from './prepared.ts';

/** By what one fault of a run is told from the others. */
export interface Draw {
  readonly seed: number;
  /** For the name of an object that is made for it. */
  readonly objectId: string;
}

/** What can be looked at before anything is changed. */
export interface Foresight {
  readonly scenario: Scenario;
  /** The pods that are there, or that the workload will become. */
  readonly pods: Pick<Kube, 'list'>;
  /** Nobody knows yet on which nodes these pods will be. */
  readonly arePredicted: boolean;
  readonly kube: Pick<Kube, 'get' | 'list'>;
  readonly injector: Pick<RunnerPorts['injector'], 'refOf'>;
  readonly seed: number;
  readonly judgeNodes: readonly string[];
}

/** What a fault would do, found out without doing it. */
export interface Prediction {
  readonly targets: readonly PodTarget[];
  readonly peers: readonly PodTarget[];
  readonly touched: readonly PodTarget[];
  /** What is done to anything else than pods, a sentence each. */
  readonly changes: readonly string[];
  /** Sentences for which a run would refuse. */
  readonly refusals: readonly string[];
}

export const NOTHING: Prediction = { targets: [], peers: [], touched: [], changes: [], refusals: [] };

/** What a kind of fault does to a cluster. Its words and rules are in its `FaultKind`, what proves it is its witness. */
export interface FaultRunner<Fault extends SingleFault = SingleFault> {
  /** @throws PreflightError where this cluster could never take such a fault. */
  preflight?(fault: Fault, ports: RunnerPorts): Promise<void>;
  predict(fault: Fault, foresight: Foresight): Promise<Prediction>;
  /**
   * Resolves it to exact objects and says its way back, without changing anything.
   * @throws FaultError with every reason for which it may not be injected.
   */
  prepare(context: RunContext, fault: Fault, draw: Draw): Promise<PreparedFault>;
  /** What still stands after it was taken back, whoever said that it was. */
  leftovers(context: RunContext, live: LiveFault): Promise<Leak[]>;
}
