import type { Kube } from '../../../ports/kube.ts';
import type { MetricsSource } from '../../../ports/metrics-source.ts';
import type { NodeCommands } from '../../../ports/node-commands.ts';
import type { NodeMachines } from '../../../ports/node-machines.ts';
import type { NodeShell } from '../../../ports/node-shell.ts';
import type { Witness, WitnessSubject } from '../../../ports/witness.ts';
import type { SingleFault } from '../../../scenario/model/fault.ts';

/** Where witnesses look. */
export interface Sources {
  readonly kube: Kube;
  readonly shell: NodeShell;
  readonly machines: NodeMachines;
  readonly commands: NodeCommands;
  readonly metrics: MetricsSource;
}

/** What proves a kind of fault. Its words and rules are in its `FaultKind`, what it does to a cluster in its `FaultRunner`. */
export interface FaultWitness<Fault extends SingleFault = SingleFault> {
  /** Null for a fault that nothing here can see: only its author can then prove it. */
  of(sources: Sources, subject: WitnessSubject<Fault>): Witness | null;
}
